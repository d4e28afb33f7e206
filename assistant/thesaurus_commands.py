"""`koban thesaurus ...`: the concepts as SKOS, out and in."""
# ruff: noqa: PLC0415  A command imports its own parts, so that `koban --help` does not wait for them.

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

thesaurus = typer.Typer(no_args_is_help=True, help="The concepts that carry questions across languages.")


@thesaurus.command("export")
def thesaurus_export(out: Annotated[Path, typer.Argument(help="The Turtle file to write.")]) -> None:
    """Write the thesaurus as SKOS in Turtle."""
    from knowledge_base.thesaurus import read_concepts
    from knowledge_base.thesaurus.skos import to_turtle

    concepts = read_concepts()
    out.write_text(to_turtle(concepts), encoding="utf-8")
    typer.echo(f"{len(concepts)} concepts in {out}")


@thesaurus.command("import")
def thesaurus_import(
    turtle: Annotated[Path, typer.Argument(help="A Turtle file with SKOS concepts.")],
    folder: Annotated[Path, typer.Option("--out", help="Folder for concepts.yaml and labels/.")],
) -> None:
    """Turn SKOS into the files that the knowledge base reads; look at them before they take the place of its own."""
    from knowledge_base.thesaurus import write_concepts
    from knowledge_base.thesaurus.skos import from_turtle

    concepts = from_turtle(turtle)
    write_concepts(concepts, folder)
    typer.echo(f"{len(concepts)} concepts in {folder}")


@thesaurus.command("check")
def thesaurus_check() -> None:
    """Count concepts and labels per language. Exit code 2 if a file is wrong."""
    from knowledge_base.thesaurus import read_concepts

    concepts = read_concepts()
    labels = Counter({code: 0 for concept in concepts for code in concept.labels})
    for concept in concepts:
        labels.update({code: len(words) for code, words in concept.labels.items()})
    counted = ", ".join(f"{code} {count}" for code, count in sorted(labels.items()))
    typer.echo(f"{len(concepts)} concepts; labels: {counted}")
