() => document.getElementById('ID').scrollIntoView({block: 'start'})
