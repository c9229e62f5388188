"""A programme that comes in from a file: compared, brought in, and refused without losing anything.

promise: U4, U5
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import FilePayload, Locator, Request, Route, expect

from server.days.incoming.listing import MAX_FILE_BYTES
from tests.browser.axe import no_findings
from tests.browser.pages.people import WITHOUT_SERVER, Person, Site
from tests.browser.pages.test_programme import row

pytestmark = pytest.mark.asyncio(loop_scope="module")

REFUSED = [": 400 ", "status of 400", ": 409 ", "status of 409"]
GARAGE, VELO = "Le garage", "Le vélo"
COMPARE, APPLY = "Comparer", "Apporter ces changements"


def event(title: str, **more: Any) -> dict[str, Any]:
    said = {"guid": f"guid-{title}", "title": title, "track": "Rencontres", "duration": "00:45"}
    return said | {"start": "10:30", "date": "2026-11-23T10:30:00+01:00"} | more


def schedule(rooms: dict[str, list[dict[str, Any]]]) -> FilePayload:
    """A file as pretalx writes it, of the date of the day."""
    days = [{"index": 1, "date": "2026-11-23", "rooms": rooms}]
    conference = {"title": "Une journée", "time_zone_name": "Europe/Paris", "days": days}
    text = json.dumps({"schedule": {"version": "2", "conference": conference}})
    return payload("schedule.json", text)


def payload(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": text.encode()}


def table(*lines: str) -> FilePayload:
    return payload("programme.csv", "\n".join(("Titre;Salle;Section;Identifiant", *lines)))


async def opened(site: Site, name: str = "Odile", **options: Any) -> tuple[Person, Locator]:
    """An organiser who edits the programme, and has the dialog open."""
    person = await site.person(name, "organiser", **options)
    person.expected += REFUSED
    await person.page.goto(site.day)
    await person.page.click("#edit-programme")
    await person.page.click("#import-programme")
    dialog = person.page.get_by_role("dialog")
    await expect(dialog.locator("input[type=file]")).to_be_focused()
    return person, dialog


async def choose(dialog: Locator, file: FilePayload) -> None:
    await dialog.locator("input[type=file]").set_input_files(file)


async def under(dialog: Locator, heading: str) -> list[str]:
    """The lines of a list of differences, with single spaces."""
    there = dialog.locator(".differences h3", has_text=heading).locator("+ ul > li")
    return [" ".join(line.split()) for line in await there.all_inner_texts()]


async def ask(site: Site, method: str, path: str, body: dict[str, Any]) -> None:
    """Somebody else acts as an organiser; `path` is below the day."""
    async with site.server.http(site.entrance.tokens["organiser"]) as api:
        answer = await api.request(method, f"/api/days/{site.entrance.day}{path}", json=body)
        assert answer.is_success, answer.text


async def item_ids(site: Site) -> list[str]:
    async with site.server.http(site.entrance.tokens["organiser"]) as api:
        day = (await api.get(f"/api/days/{site.entrance.day}")).json()
    return [item["item"] for section in day["sections"] for item in section["items"]]


async def test_a_schedule_is_compared_and_brought_in_for_everybody(site: Site) -> None:
    writer = await site.in_note("Wanda")
    await writer.type("Ce qui s’est dit.")
    await writer.sees_state("saved")
    reader = await site.person("Rémi", "reader")
    await reader.page.goto(site.day)
    paul, _ = await opened(site, "Paul")
    await paul.page.keyboard.press("Escape")
    odile, dialog = await opened(site)
    file = schedule({
        "Amphi": [event(GARAGE, persons=[{"public_name": "Ana"}])],
        "102": [event(VELO, track="Ateliers", start="14:00")],
    })  # fmt: skip
    await choose(dialog, file)
    status = dialog.get_by_role("status")
    await expect(status).to_have_text(
        "Ce qui changerait\u00a0: 1 point ajouté, 1 point modifié, "
        "1 partie ajoutée, modifiée ou déplacée, 2 identifiants retenus."
    )
    assert await under(dialog, "Nouvelles parties") == ["Ateliers"]
    assert await under(dialog, "Nouveaux points") == [f"{VELO} Ateliers · 14:00–14:45 · Salle 102"]
    (changed,) = await under(dialog, "Points modifiés")
    assert changed.startswith(GARAGE)
    assert "Salle : 101 → devient Amphi" in changed
    assert "Identifiant" not in changed, "the first one is kept, and nobody's change"
    assert "Personnes" not in changed, "a file of names leaves the organisation"
    assert await under(dialog, "ne sont pas dans le fichier") == [
        "La cantine Rencontres · reste : sa note est vide"
    ]
    assert await paul.page.locator(".edit-title").all_inner_texts() == [GARAGE, "La cantine"]

    await odile.button(APPLY).click()
    await expect(dialog).to_be_hidden()
    await expect(odile.page.locator("#import-programme")).to_be_focused()
    said = odile.page.locator(".edit-said [role=status]")
    await expect(said).to_contain_text(
        "Le programme est importé\u00a0: 1 point ajouté, 1 point modifié"
    )
    await expect(odile.button("Annuler le dernier changement")).to_be_hidden()
    for page in (odile.page, paul.page):
        await expect(row(page, VELO)).to_contain_text("14:00–14:45 · Salle 102")
        await expect(row(page, GARAGE)).to_contain_text("10:30–11:15 · Amphi")
    await expect(reader.page.locator("#programme")).to_contain_text(VELO)
    await expect(reader.page.locator("#programme")).to_contain_text("La cantine")
    await expect(writer.page.locator("#note-facts")).to_contain_text("Amphi")
    await writer.type(" Et encore.")
    await writer.sees_state("saved")
    await writer.page.goto(site.note(0))
    await writer.ready()
    assert await writer.text() == "Ce qui s’est dit. Et encore."

    # The same file once more says nothing new.
    await odile.page.keyboard.press("Enter")
    await choose(dialog, file)
    await expect(status).to_contain_text("Rien ne changerait")
    await expect(dialog).to_contain_text("2 points restent comme ils sont.")
    for name in (COMPARE, APPLY):
        await expect(odile.button(name)).to_be_hidden()


async def test_only_what_nobody_wrote_in_is_taken_out_and_only_when_said(site: Site) -> None:
    writer = await site.in_note("Wanda")
    await writer.type("À garder")
    await writer.sees_state("saved")
    odile, dialog = await opened(site)
    status = dialog.get_by_role("status")
    await choose(dialog, table(f"{VELO};102;Rencontres;V1", "La cantine;;Rencontres;C1"))
    await odile.button(APPLY).click()
    await expect(row(odile.page, VELO)).to_be_visible()

    await odile.page.click("#import-programme")
    await choose(dialog, table(f"{VELO};102;Ateliers;V1"))
    await expect(status).to_contain_text("1 point déplacé")
    assert await under(dialog, "Points déplacés") == [f"{VELO} de « Rencontres » à « Ateliers »"]
    missing = "ne sont pas dans le fichier"
    assert await under(dialog, missing) == [
        f"{GARAGE} Rencontres · reste : sa note a du texte",
        "La cantine Rencontres · reste : sa note est vide",
    ]
    await dialog.get_by_label("Retirer ceux dont la note est vide").check()
    await expect(status).to_contain_text("1 point déplacé, 1 point retiré")
    assert (await under(dialog, missing))[1].endswith("sera retiré : sa note est vide")
    await odile.button(APPLY).click()
    await expect(row(odile.page, "La cantine")).to_contain_text("rien n’y est écrit")
    standing = odile.page.locator(".edit-section:not([aria-labelledby=e-removed]) .edit-title")
    assert await standing.all_inner_texts() == [GARAGE, VELO]

    # It comes back with what it is called in its file.
    await odile.page.click("#import-programme")
    await choose(dialog, table("La cantine;;Rencontres;C1"))
    await expect(status).to_contain_text("1 point remis")
    assert await under(dialog, "Points remis") == ["La cantine dans « Rencontres »"]
    await odile.button(APPLY).click()
    await expect(odile.page.locator("#e-removed")).to_be_hidden()


async def test_a_mistake_in_a_file_is_told_with_its_line_and_column(site: Site) -> None:
    odile, dialog = await opened(site)
    alert = dialog.get_by_role("alert")
    await odile.button(COMPARE).click()
    await expect(alert).to_have_text("Choisissez d’abord un fichier.")
    await choose(dialog, payload("programme.csv", f"Titre;Début\n{GARAGE};9h\n{VELO};bientôt\n"))
    await expect(alert.locator(".refusal")).to_have_text(
        "Ce fichier ne peut pas être lu\u00a0: ligne 3, colonne «\u00a0Début\u00a0»."
    )
    await expect(alert.locator("p.quiet")).to_have_text(
        "programme.csv, ligne 3, colonne «\u00a0Début\u00a0»\u00a0: «\u00a0bientôt\u00a0» n’est "
        "pas une heure\u00a0: écrivez 09:30 ou 9h30."
    )
    await choose(dialog, payload("programme.csv", 'Titre;Salle\nLe garage;"101\n'))
    await expect(alert.locator(".refusal")).to_have_text(
        "Ce fichier ne peut pas être lu\u00a0: ligne 2."
    )
    await choose(dialog, schedule({"101": [event(GARAGE) | {"title": 7}]}))
    await expect(alert.locator(".refusal")).to_contain_text("days[0].rooms.101[0].title.")
    # The next file is compared as if nothing had been, also where it is the same one, mended.
    async with odile.page.expect_file_chooser() as asked:
        await dialog.locator("input[type=file]").click()
    assert await dialog.locator("input[type=file]").evaluate("field => field.files.length") == 0
    chooser = await asked.value
    await chooser.set_files(table(f"{GARAGE};Préau;Rencontres"))
    await expect(dialog.get_by_role("status")).to_contain_text("1 point modifié")
    await expect(alert).to_be_empty()
    # Who opens the choice and gives it up has chosen nothing.
    await dialog.locator("input[type=file]").dispatch_event("cancel")
    await expect(dialog.locator(".differences")).to_be_hidden()
    await odile.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(odile.page.locator("#import-programme")).to_be_focused()
    assert "Préau" not in await row(odile.page, GARAGE).inner_text()


async def test_a_file_that_is_too_large_is_not_sent(site: Site) -> None:
    odile, dialog = await opened(site)
    sent: list[str] = []

    def note(request: Request) -> None:
        if "/programme?" in request.url:
            sent.append(request.url)

    odile.page.on("request", note)
    await choose(dialog, payload("grand.csv", "x" * (MAX_FILE_BYTES + 1)))
    await expect(dialog.get_by_role("alert")).to_contain_text("trop grand\u00a0: 4\u00a0Mo au plus")
    assert sent == []
    await choose(dialog, table(f"{VELO};102;Rencontres"))
    await expect(dialog.get_by_role("status")).to_contain_text("1 point ajouté")
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("2026-11-23", "Rien dans ce fichier n’est à la date de cette journée"),
        ("", "Ce fichier a plusieurs dates"),
    ],
)
async def test_of_several_dates_one_is_chosen(site: Site, own: str, said: str) -> None:
    await ask(site, "PATCH", "", {"date": own})
    odile, dialog = await opened(site)
    await expect(dialog.get_by_label("Date à prendre")).to_be_hidden()
    lines = [f"Débat {day};{day:02}/12/2026" for day in range(1, 13)]
    await choose(dialog, payload("p.csv", "\n".join(("Titre;Date", *lines))))
    await expect(dialog.get_by_role("alert")).to_contain_text(said)
    date = dialog.get_by_label("Date à prendre")
    offered = await date.locator("option").all_inner_texts()
    assert (offered[0], len(offered)) == ("mardi 1ᵉʳ décembre 2026", 12)
    await date.select_option("2026-12-12")
    await odile.button(COMPARE).click()
    await expect(dialog.get_by_role("status")).to_contain_text("1 point ajouté")
    await expect(dialog.get_by_role("status")).to_be_focused()
    assert (await under(dialog, "Nouveaux points")) == ["Débat 12 Programme"]
    # Another one after all: what was compared is not what would be brought in any more.
    await date.select_option("2026-12-02")
    await expect(odile.button(APPLY)).to_be_hidden()
    await odile.button(COMPARE).click()
    await odile.button(APPLY).click()
    await expect(row(odile.page, "Débat 2")).to_be_visible()


async def test_what_somebody_else_changed_meanwhile_is_shown_first(site: Site) -> None:
    odile, dialog = await opened(site)
    await choose(dialog, table(f"{GARAGE};Amphi;Rencontres"))
    await expect(dialog.get_by_role("status")).to_contain_text("1 point modifié")
    garage = (await item_ids(site))[0]
    await ask(site, "PATCH", f"/items/{garage}", {"room": "Préau"})
    await odile.button(APPLY).click()
    await expect(dialog.get_by_role("alert")).to_contain_text(
        "Quelqu’un a changé le programme entre-temps"
    )
    (changed,) = await under(dialog, "Points modifiés")
    assert "Préau → devient Amphi" in changed
    await expect(row(odile.page, GARAGE)).to_contain_text("Préau")
    await odile.button(APPLY).click()
    await expect(row(odile.page, GARAGE)).to_contain_text("Amphi")
    await expect(dialog).to_be_hidden()


@asynccontextmanager
async def held(person: Person) -> AsyncIterator[asyncio.Event]:
    """What is sent of a file waits until the event is set, and then does what it would have."""
    going = asyncio.Event()

    async def wait(route: Route) -> None:
        await going.wait()
        await route.continue_()

    await person.page.route("**/programme?*", wait)
    yield going
    going.set()
    await person.page.unroute("**/programme?*")


async def test_what_is_under_way_is_said_and_done_once(site: Site) -> None:
    odile, dialog = await opened(site)
    status, main = dialog.get_by_role("status"), dialog.locator("button.button").first
    async with held(odile) as going:
        await choose(dialog, table(f"{VELO};102;Rencontres"))
        await expect(status).to_have_text("Comparaison en cours…")
        await expect(main).to_have_attribute("aria-busy", "true")
        # Of two files, the one that was chosen last is compared.
        await choose(dialog, table("Le canal;103;Rencontres"))
        going.set()
        await expect(status).to_contain_text("1 point ajouté")
        assert await under(dialog, "Nouveaux points") == ["Le canal Rencontres · Salle 103"]
    async with held(odile) as going:
        await main.click()
        await expect(main).to_have_text("Changements en cours…")
        await expect(main).to_be_focused()
        await main.press("Enter")
        going.set()
        await expect(row(odile.page, "Le canal")).to_have_count(1)
        await expect(dialog).to_be_hidden()
    assert len(await item_ids(site)) == 3


async def test_nothing_is_lost_when_the_server_does_not_answer(own_site: Site) -> None:
    odile, dialog = await opened(own_site)
    odile.expected += [*WITHOUT_SERVER, "ERR_FAILED"]
    alert = dialog.get_by_role("alert")
    await asyncio.to_thread(own_site.server.kill)
    await choose(dialog, table(f"{VELO};102;Rencontres"))
    await expect(alert).to_have_text(
        "Le serveur ne répond pas. Le fichier est encore là\u202f; réessayez."
    )
    await asyncio.to_thread(own_site.server.start)
    await odile.button(COMPARE).click()
    await expect(dialog.get_by_role("status")).to_contain_text("1 point ajouté")
    await expect(alert).to_be_empty()

    # It is brought in, and the answer is lost: who tries again brings it in no second time.
    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await odile.page.route("**/programme?*", lose, times=1)
    await odile.button(APPLY).click()
    await expect(alert).to_contain_text("Le serveur ne répond pas.")
    await odile.button(APPLY).click()
    await expect(dialog.get_by_role("status")).to_contain_text("Rien ne changerait")
    assert len(await item_ids(own_site)) == 3
    await odile.button("Fermer").click()
    await expect(row(odile.page, VELO)).to_have_count(1)


async def test_a_file_is_dropped_onto_the_dialog(site: Site) -> None:
    _, dialog = await opened(site)
    dropped = """(dialog, text) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([text], "programme.csv"))
      const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true })
      return dialog.dispatchEvent(event)
    }"""
    opens_in_the_browser = await dialog.evaluate(dropped, f"Titre;Salle\n{VELO};102\n")
    assert not opens_in_the_browser
    await expect(dialog.get_by_role("status")).to_contain_text("1 point ajouté")
    name = await dialog.locator("input[type=file]").evaluate("field => field.files[0].name")
    assert name == "programme.csv"


@pytest.mark.promise("U4")
@pytest.mark.parametrize(
    ("locale", "said"), [("fr-FR", "Ce qui changerait"), ("en-GB", "What would change")]
)
async def test_nothing_is_wrong_with_the_dialog(site: Site, locale: str, said: str) -> None:
    odile, dialog = await opened(site, locale=locale)
    long = "Une-salle-dont-le-nom-ne-se-coupe-nulle-part-" * 4
    await choose(dialog, table(f"{GARAGE};{long};Rencontres", f"{long};102;Ateliers"))
    await expect(dialog.get_by_role("status")).to_contain_text(said)
    await odile.page.set_viewport_size({"width": 320, "height": 640})
    await choose(dialog, table(f"{GARAGE};{long};Rencontres", f"{long};102;Ateliers"))
    await expect(dialog.get_by_role("status")).to_contain_text(said)
    await expect(dialog.locator(".differences h3").first).to_be_in_viewport()
    await no_findings(odile.page, widths=(1280, 390, 320))
    wide = await dialog.evaluate("dialog => dialog.scrollWidth - dialog.clientWidth")
    assert wide == 0
    assert await odile.page.evaluate("() => document.documentElement.scrollWidth") <= 320
    await choose(dialog, payload("p.csv", f"Titre;Début\n{GARAGE};{long}\n"))
    await expect(dialog.get_by_role("alert")).not_to_be_empty()
    await no_findings(odile.page, widths=(1280, 320))


async def test_what_the_server_says_is_in_the_language_of_the_page(site: Site) -> None:
    """Also where its reader chose another one than the browser asks for."""
    odile = await site.person("Odile", "organiser")
    odile.expected += REFUSED
    await odile.page.goto(f"{site.day}?lang=en")
    await odile.page.click("#edit-programme")
    await odile.page.click("#import-programme")
    dialog = odile.page.get_by_role("dialog")
    await choose(dialog, payload("p.csv", f"Titre;Début\n{VELO};bientôt\n"))
    await expect(dialog.get_by_role("alert").locator("p.quiet")).to_have_text(
        "p.csv, line 2, column Début: “bientôt” is no time of day: write 09:30 or 9h30."
    )
    await choose(dialog, payload("p.csv", f"Titre;Budget\n{VELO};12\n"))
    remarks = dialog.locator(".differences h3", has_text="remarks on the file").locator("+ ul > li")
    await expect(remarks).to_have_text(["Columns that are not taken: Budget."])
