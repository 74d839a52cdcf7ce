// Repeats a message about one field inside that field, which may be far above it.
const by = element.closest('.block').id;
function place() {
    for (const old of document.querySelectorAll(`[data-said-by="${by}"]`)) {
        old.closest('.block').querySelector('input, textarea')?.removeAttribute('aria-invalid');
        old.remove();
    }
    const said = element.querySelector('[data-field]');
    const field = said && document.getElementById(said.dataset.field);
    if (!field) return;
    const copy = document.createElement('p');
    copy.className = 'orl-wrong';
    copy.dataset.saidBy = by;
    copy.textContent = said.dataset.said;
    (field.querySelector('label') ?? field).append(copy);
    field.querySelector('input, textarea')?.setAttribute('aria-invalid', 'true');
}
watch('value', place);
place();
