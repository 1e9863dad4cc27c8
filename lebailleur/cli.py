"""`lebailleur`: the operator's command."""

import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lebailleur import logs
from lebailleur.operating import commands
from lebailleur.settings import settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lebailleur.whatsapp.templates import Found

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they hold tokens
    help="The operator's command.",
)


templates_app = typer.Typer(no_args_is_help=True, help="WhatsApp's message templates.")
app.add_typer(templates_app, name="templates")
app.add_typer(commands.app)


@app.command()
def serve() -> None:
    """Serve the app at HOST and PORT."""
    import uvicorn

    logs.configure("app")
    uvicorn.run(
        "lebailleur.app:create_app",
        factory=True,
        host=settings().host,
        port=settings().port,
        log_config=None,  # ours
        log_level="warning",
        access_log=False,
    )


@app.command()
def schedule() -> None:
    """Run the scheduler."""
    from lebailleur import audit
    from lebailleur.reminders import scheduler

    logs.configure("scheduler")
    audit.process_is("scheduler")
    scheduler.run()


@app.command()
def remind(
    as_of: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], help="Local time of each landlord."),
    ],
    dry_run: Annotated[bool, typer.Option(help="Only say what would be said.")] = False,
) -> None:
    """Run one pass of the scheduler as if it were that moment."""
    from lebailleur.database import writing
    from lebailleur.reminders import due

    logs.configure()
    with writing() as session:
        kept = due.keep_all(session, as_of)
        for each in kept:
            typer.echo(f"{each.trigger}: {each.summary}")
        typer.echo(f"{len(kept)} reminder(s) {'would be' if dry_run else 'are'} sent.")
        if dry_run:
            raise typer.Exit  # leaves the transaction unfinished: nothing is kept


@app.command()
def doubts(csv: Annotated[bool, typer.Option(help="As CSV, for a spreadsheet.")] = False) -> None:
    """Print what was not understood for sure: when, text, offered, chosen. For the trainers.

    The texts are what people wrote: they hold names, numbers and sums of real people.
    """
    import csv as writing_csv
    import sys

    from lebailleur.conversation import doubts as kept
    from lebailleur.database import reading

    with reading() as session:
        rows = [
            (each.created_at.isoformat(), each.text, " ".join(each.offered), each.chosen or "")
            for each in kept.every(session)
        ]
    if csv:
        writer = writing_csv.writer(sys.stdout)
        writer.writerow(("when", "text", "offered", "chosen"))
        writer.writerows(rows)
        return
    for when, text, offered, chosen in rows:
        typer.echo(f"{when[:16]}  {text!r}  {offered} → {chosen or '(nothing)'}")


@app.command()
def reseal() -> None:
    """Seal all stored texts anew, with the first key of ENCRYPTION_KEY (or none)."""
    from lebailleur.conversation import resealing

    typer.echo(f"{resealing.run(settings())} texts are sealed anew.")


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date. `make run` does it by itself."""
    from lebailleur import migrating

    migrating.upgrade()
    typer.echo("The database is up to date.")


@app.command()
def demo() -> None:
    """Load the demo portfolio into an empty database."""
    from lebailleur import demo as portfolio
    from lebailleur import migrating
    from lebailleur.database import writing

    migrating.upgrade()
    with writing() as session:
        if not portfolio.wanted(session):
            raise commands.ended("There are landlords already: nothing was loaded.")
        portfolio.load(session)
    typer.echo("The demo portfolio is loaded.")


@app.command()
def token(phone: Annotated[str, typer.Option(help="The landlord's number.")]) -> None:
    """Print a new key to the REST API for a landlord. It is shown only this once."""
    from lebailleur import audit
    from lebailleur.database import writing
    from lebailleur.rentals import tokens
    from lebailleur.rentals.errors import RentalError
    from lebailleur.rentals.rights import ADMIN

    with audit.written_by("operator", "lebailleur token"), writing() as session:
        landlord_id = _landlord(session, phone)
        try:
            made = tokens.create(session, ADMIN, landlord_id=landlord_id)
        except RentalError as error:
            most = error.details["most"]
            raise commands.ended(f"There are {most} keys already: revoke one first.") from None
        typer.echo(tokens.show(session, ADMIN, made.id))


@app.command("tokens")
def list_tokens(
    phone: Annotated[str, typer.Option(help="The landlord's number.")],
    revoke: Annotated[int | None, typer.Option(help="Make this one open nothing.")] = None,
) -> None:
    """List a landlord's keys, or revoke one."""
    from lebailleur import audit
    from lebailleur.database import writing
    from lebailleur.rentals import tokens
    from lebailleur.rentals.rights import ADMIN

    with audit.written_by("operator", "lebailleur tokens"), writing() as session:
        every = tokens.valid(session, ADMIN, _landlord(session, phone))
        if revoke is not None:
            if revoke not in [each.id for each in every]:
                raise commands.ended(f"This landlord has no key {revoke}.")
            tokens.revoke(session, ADMIN, revoke)
            typer.echo(f"Key {revoke} opens nothing any more.")
            return
        for each in every:
            used = f"used {each.used_at:%Y-%m-%d}" if each.used_at else "never used"
            typer.echo(
                f"{each.id}  …{each.ending or '?'}  until {each.expires_at:%Y-%m-%d}  {used}"
            )


@app.command()
def audit(most: Annotated[int, typer.Option(help="How many, the newest.")] = 100) -> None:
    """Print the last writes to the books: when, who, from where, what."""
    import json

    from lebailleur import audit as log
    from lebailleur.database import reading

    with reading() as session:
        for each in reversed(log.entries(session, most=most)):
            typer.echo(
                f"{each.at:%Y-%m-%d %H:%M:%S}  {each.who}  {each.source}  {each.did} "
                f"{each.what} {each.what_id}  {json.dumps(each.changes, ensure_ascii=False)}"
            )


def _landlord(session: "Session", phone: str) -> int:
    """The landlord with this number, in any spelling; ends the command when there is none."""
    from lebailleur import identity
    from lebailleur.rentals import rights
    from lebailleur.rentals.rights import Asker
    from lebailleur.understanding.phones import read_phone

    number = read_phone(phone).value
    person = identity.find(session, "phone", number) if number else None
    found = rights.landlord_of(session, Asker(person.id)) if person else None
    if found is None:
        raise commands.ended("There is no landlord with this number.")
    return found.id


@templates_app.command()
def push() -> None:
    """Create at Meta the templates that it misses, and change those whose words are others."""
    from lebailleur.whatsapp import templates
    from lebailleur.whatsapp.graph import GraphClient, GraphError

    graph = GraphClient(settings())
    refused = False
    for each in _compared():
        template, sample = templates.named(each.name), None
        try:
            if template.with_document and each.status in ("MISSING", "CHANGED"):
                content = templates.sample_of(template, each.language)
                sample = graph.upload_sample(content, f"{each.name}.pdf", "application/pdf")
            created = templates.as_created(template, each.language, sample)
            if each.status == "MISSING":
                answer = graph.create_template(created)
                typer.echo(f"{each.name} ({each.language}): {answer.get('status', 'created')}")
            elif each.status == "CHANGED":
                graph.edit_template(each.id or "", created)
                typer.echo(f"{each.name} ({each.language}): changed, Meta reviews it anew")
            else:
                typer.echo(f"{each.name} ({each.language}): {each.status}")
        except GraphError as error:
            refused = True
            typer.echo(f"{each.name} ({each.language}): refused: {error}", err=True)
    if refused:
        raise typer.Exit(1)


@templates_app.command()
def status() -> None:
    """Say which templates Meta has approved; ends with 1 unless it is all of them."""
    found = _compared()
    for each in found:
        typer.echo(f"{each.name} ({each.language}): {each.status}")
    if any(each.status != "APPROVED" for each in found):
        raise typer.Exit(1)


def _compared() -> "list[Found]":
    from lebailleur.whatsapp import templates
    from lebailleur.whatsapp.graph import GraphClient, GraphError

    try:
        return templates.compared(GraphClient(settings()).templates())
    except GraphError as error:
        raise commands.ended(f"The Graph API does not list the templates: {error}") from None


def main() -> None:
    """The command's entry point."""
    # Nothing that is written may be readable by others of the machine.
    os.umask(0o077)
    app()
