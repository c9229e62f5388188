"""What the page of a day's webhooks says. As `words.py`, of which it is a part."""

from __future__ import annotations

from collections.abc import Mapping

FRENCH: Mapping[str, str] = {
    "day.webhooks": "Webhooks",
    "webhooks.title": "Prévenir d’autres logiciels",
    "webhooks.what": "À chaque verrouillage, déverrouillage ou publication, les adresses qui sont "
    "ici reçoivent un message signé (un webhook). Il ne contient aucun texte des notes.",
    "webhooks.list": "Adresses prévenues",
    "webhooks.none": "Aucune adresse n’est prévenue.",
    "webhooks.add": "Ajouter une adresse",
    "webhooks.url": "Adresse",
    "webhooks.url_hint": "Celle que l’autre logiciel vous a donnée, comme "
    "https://example.org/hook.",
    "webhooks.do": "Ajouter",
    "webhooks.full": "Il y a autant d’adresses que possible : retirez-en une pour en ajouter.",
    "webhooks.added": "L’adresse est ajoutée",
    "webhooks.secret": "Son secret",
    "webhooks.secret_hint": "Donnez-le à l’autre logiciel, qui vérifie avec lui que les messages "
    "viennent d’ici. Il n’est montré qu’une fois : pour un autre, retirez l’adresse et "
    "ajoutez-la à nouveau.",
    "webhooks.copy": "Copier le secret",
    "webhooks.copied": "Le secret est copié",
    "webhooks.try": "Envoyer un essai",
    "webhooks.remove": "Retirer",
    "webhooks.remove_what": "Rien ne lui sera plus envoyé, de ce qui attend non plus, et son "
    "secret ne servira plus.",
    "webhooks.remove_do": "Retirer cette adresse",
    "webhooks.of": "{action} : {url}",
    "webhooks.state_new": "Pas encore essayée",
    "webhooks.state_working": "En ordre",
    "webhooks.state_waiting": "En attente",
    "webhooks.state_failing": "En échec",
    "webhooks.state_gone": "Terminée",
    "webhooks.new": "Rien ne lui a encore été envoyé.",
    "webhooks.arrived": "Le dernier envoi est arrivé {at} (réponse {status}).",
    "webhooks.failed": "Le dernier envoi n’est pas arrivé, {at} : {why}.",
    "webhooks.gone": "Elle a répondu qu’elle ne veut plus rien (410) : retirez-la, ou retirez-la "
    "et ajoutez-la à nouveau.",
    "webhooks.soon": "{count} envois partent.",
    "webhooks.soon_one": "Un envoi part.",
    "webhooks.waiting": "{count} envois attendent, essayés jusqu’à {n} fois ; prochain essai {at}.",
    "webhooks.waiting_one": "Un envoi attend, essayé {n} fois ; prochain essai {at}.",
    "webhooks.given_up": "{count} envois ont été abandonnés.",
    "webhooks.given_up_one": "Un envoi a été abandonné.",
    "webhooks.why_status": "elle a répondu {status}",
    "webhooks.why_gone": "elle a répondu {status}",
    "webhooks.why_unresolved": "le nom de sa machine n’existe pas",
    "webhooks.why_refused_address": "elle mène à un réseau où rien ne peut être envoyé",
    "webhooks.why_unreachable": "sa machine ne prend pas de connexion",
    "webhooks.why_tls": "son certificat n’est pas valable",
    "webhooks.why_timeout": "elle n’a pas répondu à temps",
    "webhooks.why_no_answer": "elle n’a pas répondu comme un serveur web",
    "webhooks.why_error": "quelque chose d’imprévu s’est passé ici ; le journal du serveur le dit",
    "webhooks.today": "à {clock}",
    "webhooks.on": "le {date} à {clock}",
}

ENGLISH: Mapping[str, str] = {
    "day.webhooks": "Webhooks",
    "webhooks.title": "Tell other programs",
    "webhooks.what": "At each lock, unlock or publication, the addresses here are sent a signed "
    "message (a webhook). There is no text of a note in it.",
    "webhooks.list": "Addresses that are told",
    "webhooks.none": "No address is told.",
    "webhooks.add": "Add an address",
    "webhooks.url": "Address",
    "webhooks.url_hint": "The one that the other program gave you, such as "
    "https://example.org/hook.",
    "webhooks.do": "Add",
    "webhooks.full": "There are as many addresses as there can be: remove one to add another.",
    "webhooks.added": "The address is added",
    "webhooks.secret": "Its secret",
    "webhooks.secret_hint": "Give it to the other program, which verifies with it that messages "
    "are from here. It is shown once: for another one, remove the address and add it again.",
    "webhooks.copy": "Copy the secret",
    "webhooks.copied": "The secret is copied",
    "webhooks.try": "Send a test",
    "webhooks.remove": "Remove",
    "webhooks.remove_what": "Nothing more will be sent to it, of what waits neither, and its "
    "secret will be of no use.",
    "webhooks.remove_do": "Remove this address",
    "webhooks.of": "{action}: {url}",
    "webhooks.state_new": "Not tried yet",
    "webhooks.state_working": "Fine",
    "webhooks.state_waiting": "Waiting",
    "webhooks.state_failing": "Failing",
    "webhooks.state_gone": "Ended",
    "webhooks.new": "Nothing was sent to it yet.",
    "webhooks.arrived": "The last message arrived {at} (answer {status}).",
    "webhooks.failed": "The last message did not arrive, {at}: {why}.",
    "webhooks.gone": "It answered that it wants nothing more (410): remove it, or remove it and "
    "add it again.",
    "webhooks.soon": "{count} messages are on their way.",
    "webhooks.soon_one": "One message is on its way.",
    "webhooks.waiting": "{count} messages wait, tried up to {n} times; next attempt {at}.",
    "webhooks.waiting_one": "One message waits (attempts so far: {n}); next attempt {at}.",
    "webhooks.given_up": "{count} messages were given up.",
    "webhooks.given_up_one": "One message was given up.",
    "webhooks.why_status": "it answered {status}",
    "webhooks.why_gone": "it answered {status}",
    "webhooks.why_unresolved": "the name of its machine does not exist",
    "webhooks.why_refused_address": "it leads to a network where nothing may be sent",
    "webhooks.why_unreachable": "its machine takes no connection",
    "webhooks.why_tls": "its certificate is not valid",
    "webhooks.why_timeout": "it did not answer in time",
    "webhooks.why_no_answer": "it did not answer as a web server does",
    "webhooks.why_error": "something unforeseen happened here; the server’s log says what",
    "webhooks.today": "at {clock}",
    "webhooks.on": "on {date} at {clock}",
}
