"""Declines in seven languages, "we already have a provider" and its kinds, and what only sounds like one."""

from __future__ import annotations

import pytest

from outcome_rl.text.refusals import is_refusal

DECLINES = {
    "English": [
        "We already have a provider.",
        "Hi Sam,\n\nthanks for reaching out, but we already have a supplier for this.\n\nBest\nAna",
        "Thanks, we're happy with our current vendor.",
        "We are already working with an agency, thank you.",
        "We've already got a solution in place.",
        "We're all set, thanks.",
        "Thank you for your offer, we currently use another platform.",
        "I have someone already, thanks.",
        "We're well covered, thank you.",
        "We already have our own tool for that. All the best, Bo",
    ],
    "French": [
        "Bonjour,\nNous avons déjà un prestataire.\nCordialement",
        "Merci pour votre proposition, mais nous avons déjà un fournisseur.",
        "Nous travaillons déjà avec un partenaire local, merci.",
        "Nous sommes déjà équipés. Bonne journée",
        "Nous sommes satisfaits de notre prestataire actuel.",
        "Cher Monsieur, nous ne donnerons pas suite. Bien à vous",
        "Cela ne nous intéresse pas, merci.",
        "Merci, nous n'en avons pas besoin pour le moment.",
        "On a déjà une solution pour cela.",
        "Nous n’avons pas de besoin actuellement, merci de votre message.",
    ],
    "German": [
        "Wir haben bereits einen Anbieter.",
        "Guten Tag,\n\ndanke für Ihr Angebot, aber wir haben schon einen Dienstleister.\n\nViele Grüße\nAna Feld",
        "Danke, wir arbeiten bereits mit einem Partner vor Ort zusammen.",
        "Wir sind mit unserem jetzigen Anbieter sehr zufrieden.",
        "Wir sind hier bereits gut aufgestellt, danke.",
        "Wir haben dafür keinen Bedarf.",
        "Das ist für uns leider nicht relevant.",
        "Das kommt für uns nicht in Frage.",
        "Hierfür nutzen wir bereits eine eigene Software.",
        "Danke, wir sind bestens versorgt.",
    ],
    "Spanish": [
        "Ya tenemos proveedor, gracias.",
        "Gracias por su propuesta, pero ya contamos con un proveedor.",
        "Ya trabajamos con otra agencia.",
        "Estamos muy contentos con nuestro proveedor actual.",
        "Buenos días, ya disponemos de una herramienta para eso. Saludos",
        "No lo necesitamos por ahora, gracias.",
        "No nos hace falta.",
        "Estamos bien cubiertos, gracias.",
        "Ya usamos un sistema propio.",
        "No encaja con nosotros, un saludo.",
    ],
    "Italian": [
        "Abbiamo già un fornitore.",
        "Caro Marco, grazie per la proposta, ma abbiamo già un partner.",
        "Lavoriamo già con un'agenzia, grazie.",
        "Siamo soddisfatti del nostro attuale fornitore.",
        "Non ne abbiamo bisogno, grazie.",
        "Non fa per noi.",
        "Disponiamo già di una soluzione interna.",
        "Siamo già coperti, cordiali saluti",
        "Utilizziamo già un altro sistema.",
        "Grazie, al momento non ci serve.",
    ],
    "Dutch": [
        "Wij hebben al een leverancier.",
        "Bedankt voor uw aanbod, maar we hebben al een partner.",
        "We werken al met een vast bureau.",
        "Wij zijn tevreden over onze huidige leverancier.",
        "Wij zijn hierin al voorzien, dank.",
        "Dat hebben we niet nodig. Wij hebben dit niet nodig.",
        "Hiervoor gebruiken we al een eigen systeem.",
        "Dit is niet interessant voor ons.",
        "Daar is geen behoefte aan. Groet, Ana",
        "We hebben daarvoor reeds een oplossing.",
    ],
    "Portuguese": [
        "Já temos fornecedor, obrigado.",
        "Obrigada pela proposta, mas já temos um parceiro.",
        "Já trabalhamos com outra agência.",
        "Estamos satisfeitos com o nosso fornecedor atual.",
        "Não precisamos, obrigado.",
        "Não é do nosso interesse.",
        "Já contamos com uma solução interna.",
        "Já somos bem atendidos nessa área.",
        "Bom dia, já utilizamos um sistema próprio. Cumprimentos",
        "Não nos interessa, obrigada.",
    ],
}
TALKS = {
    "English": [
        "We have no supplier yet, tell me more.",
        "We already have a provider. What would you do better?",
        "We already have a provider but the contract ends in May.",
        "We already have a vendor and are not happy with them.",
        "We're all set for Thursday, see you then.",
        "We already use your platform and love it.",
        "We are already working with your colleague Bob.",
        "We already have a supplier, send me your prices so that I can compare.",
        "Although we already have a tool, I'm curious.",
        "We already have two vendors shortlisted, pitch us on Monday.",
    ],
    "French": [
        "Nous n'avons pas encore de prestataire, dites-m'en plus.",
        "Nous avons déjà un prestataire, mais le contrat se termine en juin.",
        "Nous avons déjà un fournisseur. Que proposez-vous de mieux ?",
        "Nous ne sommes pas satisfaits de notre prestataire.",
        "Nous travaillons déjà avec vous depuis deux ans.",
        "Nous avons déjà contacté plusieurs fournisseurs, envoyez votre devis.",
        "Nous avons déjà une solution, un peu trop chère.",
        "Nous n'avons pas besoin d'attendre, on signe.",
        "Nous sommes déjà équipés, appelez-moi toutefois en septembre.",
        "Nous avons déjà un rendez-vous avec votre partenaire.",
    ],
    "German": [
        "Wir haben noch keinen Anbieter, erzählen Sie mehr.",
        "Wir haben bereits einen Anbieter, sind aber unzufrieden.",
        "Wir haben bereits einen Termin mit Ihrem Partner.",
        "Wir haben bereits einen Ansprechpartner bei Ihnen.",
        "Wir sind mit unserem Anbieter nicht zufrieden.",
        "Wir arbeiten bereits mit Ihnen zusammen.",
        "Wir haben schon drei Anbieter angefragt, schicken Sie gern ein Angebot.",
        "Der Preis ist für uns nicht relevant, wann können wir anfangen?",
        "Dienstag kommt für uns nicht in Frage, Mittwoch passt.",
        "Das ist kein Thema, Dienstag passt.",
    ],
    "Spanish": [
        "Todavía no tenemos proveedor, cuénteme más.",
        "Ya tenemos proveedor, pero el contrato vence en mayo.",
        "Ya tenemos una reunión el martes.",
        "Ya trabajamos con ustedes.",
        "No estamos contentos con nuestro proveedor.",
        "Ya tenemos un proveedor. ¿Qué ofrecen ustedes?",
        "No lo necesitamos por escrito, adelante.",
        "Ya tenemos proveedor, envíeme sus precios para comparar.",
        "Aunque ya tenemos una herramienta, me gustaría verla.",
        "Ya tenemos su propuesta, la firmamos hoy.",
    ],
    "Italian": [
        "Non abbiamo ancora un fornitore, mi dica di più.",
        "Abbiamo già un fornitore, però il contratto scade a maggio.",
        "Lavoriamo già con voi.",
        "Abbiamo già un fornitore. Che cosa offrite in più?",
        "Non siamo soddisfatti del nostro fornitore.",
        "Non ci serve altro tempo: procediamo.",
        "Abbiamo già una riunione con il vostro partner.",
        "Abbiamo già un sistema, troppo caro.",
        "Abbiamo già contattato alcuni fornitori, mandi un preventivo.",
        "Collaboriamo già con il vostro ufficio di Milano.",
    ],
    "Dutch": [
        "We hebben nog geen leverancier, vertel meer.",
        "We hebben al een leverancier, maar het contract loopt af.",
        "We werken al met jullie samen.",
        "We hebben al contact met een leverancier van jullie.",
        "Wij zijn niet tevreden over onze leverancier.",
        "We hebben al een partner. Wat doen jullie beter?",
        "We hebben dit niet nodig voor maandag, dinsdag is prima.",
        "We hebben al een oplossing, stuur toch een offerte.",
        "We hebben al een afspraak met uw partner.",
        "Als we al een leverancier hebben, dan bellen we.",
    ],
    "Portuguese": [
        "Ainda não temos fornecedor, conte-me mais.",
        "Já temos fornecedor, mas o contrato termina em maio.",
        "Já trabalhamos com vocês.",
        "Já temos um fornecedor. O que fazem melhor?",
        "Não estamos satisfeitos com o nosso fornecedor.",
        "Não precisamos de mais tempo, vamos avançar.",
        "Já temos uma reunião com o seu parceiro.",
        "Já temos um sistema, muito caro.",
        "Já temos a sua proposta, assinamos hoje.",
        "Já temos um parceiro, mande os preços para comparar.",
    ],
}


def each(told: dict[str, list[str]]) -> list[object]:
    return [
        pytest.param(text, id=f"{language} {place}")
        for language, texts in told.items()
        for place, text in enumerate(texts)
    ]


@pytest.mark.parametrize("answer", each(DECLINES))
def test_a_decline(answer: str) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize("answer", each(TALKS))
def test_no_decline(answer: str) -> None:
    assert not is_refusal(answer)


def test_ten_of_each() -> None:
    assert {len(texts) for texts in (*DECLINES.values(), *TALKS.values())} == {10}


def test_a_long_answer_that_is_supplied_is_a_talk() -> None:
    assert is_refusal("so " * 20 + "we already have a provider.")
    assert not is_refusal("so " * 45 + "we already have a provider.")


@pytest.mark.parametrize(
    "answer",
    [
        "Wir haben da schon jemanden.",
        "We've got that covered already, thanks.",
        "We do this in-house.",
        "Das machen wir intern.",
        "Nous gérons cela en interne.",
        "Lo hacemos internamente.",
        "Lo gestiamo internamente.",
        "Dat doen we zelf.",
        "Fazemos isso internamente.",
        "Wir sind bereits Kunde bei Acme.",
        "Ya tenemos eso cubierto.",
        "Thanks but we just signed with another vendor.",
        "Nous venons de signer avec un concurrent.",
        "Not for us, thanks.",
        "This is not something we need.",
        "We don't need this.",
        "We don't need it right now.",
        "We have a setup in place, thanks.",
        "We're happy with our current set up.",
        "Sorry, we're all sorted.",
        "Nous avons déjà quelqu'un.",
    ],
)
def test_more_declines(answer: str) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "We don't need this to be perfect, let's start Monday.",
        "We have a contract with another provider until June.",
        "Wir sind bereits Kunde bei Ihnen.",
        "We do this in-house but would outsource.",
        "We already have a budget for this.",
        "Do we already have a supplier? I'll ask Ana.",
        "Das machen wir intern, sind aber überlastet.",
        "Wir haben schon einen Anbieter gesucht wie Sie.",
        "Nous avons déjà un budget.",
        "We just signed with you, where do I send the form?",
        "We don't need your deck, the demo was enough: send the contract.",
        "We're all sorted for the demo on the 12th, thanks.",
        "Dat doen we zelf graag op maandag met jullie, stuur de link.",
    ],
)
def test_more_talks(answer: str) -> None:
    assert not is_refusal(answer)
