"""The operator's commands that look after the installation and what it keeps."""

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from lebailleur.settings import settings, tracker_db

app = typer.Typer()


def ended(sentence: str) -> typer.Exit:
    """Say why a command ends without having done its work."""
    typer.echo(sentence, err=True)
    return typer.Exit(1)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what is misconfigured or down, and what to do; ends with 1 when something is."""
    from lebailleur.operating import doctor as doctors
    from lebailleur.operating.doctor.place import Place

    try:
        chosen = settings()
    except ValidationError as error:
        # Without the values, which may be secrets.
        wrong = tuple(
            f"{'.'.join(map(str, each['loc'])).upper()} cannot be that: {each['msg']}."
            for each in error.errors(include_input=False, include_url=False)
        )
        found = [doctors.Looked("settings", wrong)]
    except (OSError, UnicodeDecodeError) as error:
        sentence = f"The settings cannot be read ({type(error).__name__}): see .env."
        found = [doctors.Looked("settings", (sentence,))]
    else:
        found = doctors.examine(Place(chosen))
    if as_json:
        told = [
            {
                "check": each.check,
                "ok": not each.findings and not each.skipped,
                "findings": each.findings,
                "skipped": each.skipped,
            }
            for each in found
        ]
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        for each in found:
            mark = "✗" if each.findings else "–" if each.skipped else "✓"
            typer.echo(f"{mark} {each.check}" + (f": {each.skipped}" if each.skipped else ""))
            for finding in each.findings:
                typer.echo(f"    {finding}")
    if any(each.findings for each in found):
        raise typer.Exit(1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to; one file.")],
    force: Annotated[bool, typer.Option(help="Replace the file if it is there.")] = False,
) -> None:
    """Save the whole database and Rasa's memory in one file, while everything goes on.

    It holds people's data. ENCRYPTION_KEY is not in it: keep that elsewhere.
    """
    from lebailleur.database import engine
    from lebailleur.operating import backup as saving
    from lebailleur.operating.files import NotWritten

    try:
        made = saving.write(engine(), file, tracker_db(), replace=force)
    except NotWritten as error:
        raise ended(str(error)) from None
    memory = "with" if made.trackers else "without"
    typer.echo(f"{file}: {made.rows} rows, {memory} Rasa's memory.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` has made.")],
    force: Annotated[bool, typer.Option(help="Replace what is in the database.")] = False,
    yes: Annotated[bool, typer.Option(help="Do not ask.")] = False,
) -> None:
    """Put back what a backup holds, into an empty database. Stop LeBailleur first."""
    from lebailleur.database import engine
    from lebailleur.operating import restore as restoring
    from lebailleur.operating.doctor import storage
    from lebailleur.operating.doctor.place import Place
    from lebailleur.operating.restore import NotRestored

    try:
        if force and (there := restoring.contents(engine())):
            typer.echo(f"This is in the database and would be lost: {there}.")
            if not yes:
                typer.confirm("Replace it?", abort=True)
        done = restoring.read(engine(), file, tracker_db(), replace=force)
    except NotRestored as error:
        raise ended(str(error)) from None
    memory = "with" if done.trackers else "without"
    typer.echo(f"{done.rows} rows are restored, {memory} Rasa's memory.")
    for finding in storage.sealed_texts(Place(settings())):
        typer.echo(finding)


@app.command()
def forget(
    phone: Annotated[str, typer.Option(help="The person's number.")],
    dry_run: Annotated[bool, typer.Option(help="Only say what would change.")] = False,
    yes: Annotated[bool, typer.Option(help="Do not ask.")] = False,
    force: Annotated[bool, typer.Option(help="Also a landlord with tenants.")] = False,
) -> None:
    """Erase a person: words, names and numbers go, the history of sums stays.

    A tenant's leases end today; a landlord's only with --force. Backups made before keep it all.
    """
    from lebailleur.database import engine, reading
    from lebailleur.operating import forgetting
    from lebailleur.rentals.errors import Refused
    from lebailleur.seal import SealError
    from lebailleur.understanding.phones import read_phone

    number = read_phone(phone).value
    with reading() as session:
        person_id = forgetting.person_of(session, number) if number else None
    if person_id is None:
        raise ended("Nobody is known by this number.")
    try:
        found = forgetting.forget(engine(), tracker_db(), person_id, force=force, dry_run=True)
        for what, counts in (("deleted", found.deleted), ("changed", found.changed)):
            for table, count in counts.items():
                typer.echo(f"{table}: {count} rows {'would be' if dry_run else 'are to be'} {what}")
        if dry_run:
            return
        if not yes:
            typer.confirm("This cannot be taken back. Forget this person?", abort=True)
        forgetting.forget(engine(), tracker_db(), person_id, force=force)
    except Refused as error:
        raise ended(
            f"This landlord has {error.details['count']} running leases: --force ends them."
        ) from None
    except SealError as error:
        raise ended(f"Nothing was changed: {error}.") from None
    typer.echo("This person is forgotten. Backups that were made before still hold their data.")


@app.command("export")
def export_landlord(
    phone: Annotated[str, typer.Option(help="The landlord's number.")],
    target: Annotated[Path, typer.Argument(help="A file to make, or a folder to make it in.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON in place of CSV.")] = False,
    force: Annotated[bool, typer.Option(help="Replace the file if it is there.")] = False,
) -> None:
    """Write one landlord's data as CSV files in a zip, or as JSON."""
    from lebailleur.database import engine
    from lebailleur.operating import backup as saving
    from lebailleur.operating import exporting
    from lebailleur.operating.files import NotWritten
    from lebailleur.understanding.phones import read_phone

    try:
        with saving.at_one_moment(engine()) as connection:
            done = exporting.write(
                connection, read_phone(phone).value or "", target, as_json=as_json, replace=force
            )
    except (LookupError, NotWritten) as error:
        raise ended(str(error.args[0])) from None
    typer.echo(f"{done.file}: {done.rows} rows.")
