"""What is said of the address of a webhook."""

from __future__ import annotations

from typing import Final

FRENCH: Final = {
    "This address has answered that it wants nothing more: remove it, and add it again.": (
        "Cette adresse a répondu qu’elle ne veut plus rien : retirez-la, et ajoutez-la à nouveau."
    ),
    "This address is registered already: for a new secret, remove it first.": (
        "Cette adresse est déjà là : pour un autre secret, retirez-la d’abord."
    ),
    "A day has at most {most} webhooks: remove one first.": (
        "Une journée a {most} adresses au plus : retirez-en une d’abord."
    ),
    "The address of a webhook has at most {most} characters.": (
        "Une adresse a {most} caractères au plus."
    ),
    "The address of a webhook is one such as https://example.org/hook.": (
        "Une adresse s’écrit comme https://example.org/hook."
    ),
    "The address of a webhook is ASCII without spaces: write a name of other letters as "
    "xn--…, and %20.": (
        "Une adresse s’écrit sans accents ni espaces : un nom avec d’autres lettres devient "
        "xn--…, une espace %20."
    ),
    "The address of a webhook begins with https:// or http:// and a host.": (
        "Une adresse commence par https:// ou http:// et le nom d’une machine."
    ),
    "The address of a webhook has no name and password in it; every request is signed instead.": (
        "Une adresse ne contient ni nom ni mot de passe ; chaque envoi est signé."
    ),
    "The address of a webhook has no # in it: what follows is never sent.": (
        "Une adresse ne contient pas de # : ce qui le suit n’est jamais envoyé."
    ),
    "The address of a webhook begins with a host that can be: a name, or an address of numbers.": (
        "Une adresse commence par une machine qui peut exister : un nom, ou des nombres."
    ),
    "This address leads to this machine or its own network, where webhooks may not go: give "
    "a public one, or have the server set up for internal ones.": (
        "Cette adresse mène à cette machine ou à son propre réseau, où rien ne peut être "
        "envoyé : donnez une adresse publique, ou faites régler le serveur pour celles-ci."
    ),
}
