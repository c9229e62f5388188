"""All the commands of `calepin`, gathered."""

from __future__ import annotations

import click

from server.cli.group import Commands, Entry

COMMANDS = {
    "serve": Entry("server.cli.serve:serve", "Serve the days of the store."),
    "new": Entry("server.cli.days:new", "Make a day from a programme, and print its links."),
    "clone": Entry("server.cli.days:clone", "Make a day with the programme of another one."),
    "programme": Entry("server.cli.programme:programme", "Compare a day with a file; bring it in."),
    "links": Entry("server.cli.links:links", "Print the links of a day again."),
    "people": Entry("server.cli.people:people", "Print who joined a day; remove somebody."),
    "export": Entry("server.cli.export:export", "Write a day, a section or a note as a document."),
    "publish": Entry("server.cli.publish:publish", "Choose what of a day everybody may read."),
    "webhooks": Entry(
        "server.cli.webhooks:webhooks", "Print the webhooks of a day; add or remove one."
    ),
    "import": Entry("server.cli.texts:import_text", "Append a Markdown file to a note."),
    "lock": Entry("server.cli.locks:lock", "Lock a note, a section or a day."),
    "unlock": Entry("server.cli.locks:unlock", "Unlock a note, a section or a day."),
    "verify": Entry("server.cli.verify:verify", "Read the whole store again; say what is wrong."),
    "backup": Entry("server.cli.backups:backup", "Write the store and its key to one file."),
    "restore": Entry("server.cli.backups:restore", "Put a backup into an empty data folder."),
    "demo": Entry("server.cli.days:demo", "Make the sample day, and print its links."),
}


@click.group(
    cls=Commands,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="calepin", message="calepin %(version)s")
def main() -> None:
    """Calepin: the note-taking server for a day of debates."""
