"""Words that may stand beside a reply or a sale in a column's name and leave its sense as it is, in many languages."""

from __future__ import annotations

_FILLERS = """
a an the is was were be been being has have had did does do got get gets getting if whether any and or of for to on
at with after this that it they them he she him her us back received receives came come comes date dates time times
timestamp day when datum dato data fecha heure hora ora uhrzeit zeitpunkt tijd count counts counter number num nr no
nb nbr total amount anzahl zahl nombre número numero aantal antal antall liczba počet numar количество yes y true
false n x flag bool boolean indicator tracked email emails mail mails e message messages campaign sequence cadence
outreach cold lead leads prospect prospects contact contacts recipient recipients person people customer customers
client clients buyer buyers company account user kunde kunden kontakt interessent cliente clientes klant klient
outcome outcomes result results final ergebnis resultat résultat resultado risultato first last latest recent second one
single real human manual direct positive positively pos positiv warm hot good positif positives positiva positivo
positieve actual actually booked scheduled set held completed complete done taken attended happened occurred
confirmed accepted agreed made arranged created closed requested won deal deals opportunity opportunities call calls
intro took take given order placed contract product trial within week weeks month introductory discovery
consultation visit slot appointment up paid hat haben hatte wurde ist war sind erhalten bekommen eingegangen gegeben
gekommen am vom um der die das den ein eine einen einer von für auf per ja nein vereinbart gebucht ausgemacht
stattgefunden wahrgenommen durchgeführt verkauf abgeschlossen erfolgt da geworden reçu reçue recu obtenu obtenue le
la les l de du des une un pris prise prises fixé fixée planifié planifiée confirmé confirmée oui non o ont est été
eu vente signé signée recibida recibido ha han el los las se agendada agendado cerrada cerrado realizada realizado
concertada concertado confirmada confirmado sí si tuvo fue hubo nº recebida recebido marcada marcado fechada fechado
sim não foi houve teve ricevuta ricevuto fissato fissata preso presa confermato confermata sì stato stata ontvangen
gemaakt heeft nee geboekt gepland ingepland positief umówione umówiony otrzymano otrzymana czy tak nie pozytywna
była mottagen mottaget modtaget mottatt fått har bokad bokat booket nej nei saatu sovittu verdi mi kyllä ei
domluvena domluvená přijata ano ne alındı yapıldı tarihi evet hayır дата получен получена есть назначена да нет
"""
FILLERS = frozenset(_FILLERS.split())
