() => {
    // the button says again what it does, a moment after something was copied
    return new Promise(done => setTimeout(() => done("Copy"), 1500));
}
