"""du or Sie."""

import pytest

from outcome_rl.text.address import address_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Hast du Lust auf einen kurzen Call?", "du"),
        ("Ich zeige dir das gerne.", "du"),
        ("Soll ich Ihnen zwei Seiten dazu schicken?", "Sie"),
        ("Ich melde mich, wenn Sie nicht antworten.", "Sie"),
        ("Sie wollten wissen, was es kostet.", "Sie"),
        ("Sie sind der Richtige dafür.", "Sie"),
        ("Ihr Terminplaner ist da.", "Sie"),
        ("In vielen Praxen hängt alles an einer Liste.", ""),
        ("Das dort gefiel Ihnen, hast du gesagt.", ""),
        ("Le prix du produit est de 49 euros.", ""),
        ("Shall we talk on Monday?", ""),
        ("", ""),
    ],
)
def test_address(text, address):
    assert address_of(text) == address
