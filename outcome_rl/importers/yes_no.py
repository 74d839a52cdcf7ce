"""Yes and no as people write them in tables, in many languages."""

from __future__ import annotations

_YES = """
true yes y t x 1 ja oui si sí sì wahr vrai on sim tak да так ano áno igen evet
kyllä da ναι はい あり 有 是 예 네 כן نعم verdadero vero waar ✓ ✔ ✅ ☑
"""
_NO = """
false no n f 0 nein non falsch faux off não nao nie нет ні ne nem hayır ei nej
nei nee nu όχι いいえ なし 無 否 아니요 아니오 לא لا falso onwaar ❌ ✗ ✘ ✕ ✖ ☐
"""
YES_WORDS = frozenset(_YES.split())
NO_WORDS = frozenset(_NO.split())
