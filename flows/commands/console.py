"""The command line in German: help, wrong usage, progress."""

import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import compress, pairwise
from types import TracebackType
from typing import Any, Self

import click

from flows.commands.ending import Ending, of_defect, of_disk, of_interruption, of_refusal
from flows.commands.printed import WHERE
from schemas.refusal import Refusal

BAR = 24
_NEGATIVE = re.compile(r"-[0-9]")
_SHARED = {f"--{name}": 1 for name in WHERE} | {"--help": 2}  # last in every help


class _German(click.Command):
    """A command whose help has German headings."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help with a German explanation."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Diese Hilfe zeigen."
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        pieces = [piece.replace("[OPTIONS]", "[OPTIONEN]") for piece in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="Aufruf: ")

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What stands behind the command's name."""
        records = [
            record
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Argument) and (record := parameter.get_help_record(ctx))
        ]
        if records:
            with formatter.section("Angaben"):
                formatter.write_dl(records)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command is about first, then the options that say where it works, which all commands share."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        own_first = sorted(options, key=lambda option: _SHARED.get(option.opts[0], 0))
        records = [record for option in own_first if (record := option.get_help_record(ctx))]
        with formatter.section("Optionen"):
            formatter.write_dl([(name, text.replace("[required]", "[erforderlich]")) for name, text in records])


class GermanCommand(_German):
    """A subcommand: done, or refused in one sentence."""

    allow_extra_args = True  # refused below, where they are known by name

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words behind the command; what it has no use for is named as it was typed."""
        typed = list(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:  # of -by, click names only -b
            word = next((word for word in typed if word.startswith(error.option_name)), error.option_name)
            raise click.NoSuchOption(word.partition("=")[0], ctx=ctx) from error
        except click.BadOptionUsage as error:  # which does not say of which command
            error.ctx = ctx
            raise
        if rest:
            ctx.fail("")
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; where it does not come to its end, the ledger is asked what came of it."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            return _ended(of_refusal(refusal, ctx))
        except OSError as error:
            return _ended(of_disk(error, ctx))
        except (KeyboardInterrupt, EOFError):
            return _ended(of_interruption(ctx))
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as defect:  # noqa: BLE001  # the last place that can say what came of the command all the same
            return _ended(of_defect(defect, ctx))


def _ended(ending: Ending) -> int:
    click.echo(ending.words, err=True)
    return ending.code


class SignedCommand(GermanCommand):
    """A subcommand whose last argument may be a negative amount, which would else be taken for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words behind the command, such an amount after all others."""
        valued = {name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts}
        signed = [bool(_NEGATIVE.match(word)) and before not in valued for before, word in pairwise(["", *args])]
        if not any(signed) or "--" in args:
            return super().parse_args(ctx, args)
        others = [word for word, amount in zip(args, signed, strict=True) if not amount]
        if others and others[-1] in valued:  # what is missing there must not be the hyphens
            return super().parse_args(ctx, others)
        return super().parse_args(ctx, [*others, "--", *compress(args, signed)])


class GermanGroup(_German, click.Group):
    """The command itself, with its subcommands."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands first: they are what a reader looks for."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and purposes of the subcommands, in the order in which they are used."""
        with formatter.section("Befehle"):
            formatter.write_dl([(name, self.commands[name].help or "") for name in self.list_commands(ctx)])

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """In the order of their definition."""
        return list(self.commands)


def usage_sentence(error: click.UsageError) -> str:
    """Wrong usage in one German sentence with the mend."""
    help_call = f"{error.ctx.command_path} --help" if error.ctx else "placement-premium --help"
    return f"{_what_is_wrong(error)} Hilfe: {help_call}"


def _what_is_wrong(error: click.UsageError) -> str:
    commands = error.ctx.command.commands if error.ctx and isinstance(error.ctx.command, click.Group) else {}
    if isinstance(error, click.NoSuchOption):
        if error.option_name in {name for command in commands.values() for name in _options(command)}:
            return f"Die Option {error.option_name} gehört hinter den Befehl."
        known = _options(error.ctx.command) if error.ctx else []
        return f"Die Option {error.option_name} gibt es nicht.{_meant(error.option_name, known)}"
    if isinstance(error, click.NoSuchCommand):
        known = list(commands)
        hint = _meant(error.command_name, known) or f" Vorhanden sind: {', '.join(known)}."
        return f"Den Befehl {error.command_name} gibt es nicht.{hint}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        named = (
            error.param.opts[0]
            if isinstance(error.param, click.Option)
            else error.param.make_metavar(error.ctx or click.Context(_German("")))
        )
        return f"Es fehlt die Angabe {named.rstrip('.')}."
    if isinstance(error, click.BadParameter) and error.param is not None:
        choices = getattr(error.param.type, "choices", None)
        allowed = f" Erlaubt sind: {', '.join(choices)}." if choices else ""
        return f"Die Angabe zu {error.param.opts[0]} ist nicht zu verstehen.{allowed}"
    if isinstance(error, click.BadOptionUsage):
        return f"Zur Option {error.option_name} fehlt der Wert, oder sie steht falsch."
    unknown = error.ctx.args[0] if error.ctx and error.ctx.args else ""
    return f"Die Angabe {unknown or 'am Ende'} wird nicht gebraucht. Mehrere Wörter bitte in Anführungszeichen setzen."


def _options(command: click.Command) -> list[str]:
    return [name for option in command.params if isinstance(option, click.Option) for name in option.opts]


def _meant(word: str, known: Sequence[str]) -> str:
    """The question whether another word was meant: the nearest one, hyphens in front and capitals aside."""
    names = {name.lstrip("-"): name for name in known}
    nearest = get_close_matches(word.lstrip("-").lower(), names, n=1)
    return f" Meinten Sie {names[nearest[0]]}?" if nearest else ""


class ProgressBar:
    """A bar on the terminal for every stage; silent where the output goes into a file."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` parts of a stage are finished."""
        if self._shown:
            filled = BAR * done // max(total, 1)
            click.echo(f"\r\033[K[{'█' * filled}{'·' * (BAR - filled)}] {stage}", nl=False, err=True)

    def clear(self) -> None:
        """Wipe the bar."""
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
