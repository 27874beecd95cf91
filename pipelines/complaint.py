"""Errors as the user sees them: one block that says what, where and what to do, and an exit status."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from pipelines.exit_codes import ExitCode

P = ParamSpec("P")
R = TypeVar("R")
DEBUG = "CLEANPLATE_DEBUG"


class UsageError(ValueError):
    """What was asked for cannot be done. The message says what to do instead."""

    exit_code = ExitCode.USAGE


class Terminated(KeyboardInterrupt):
    """SIGTERM: ends a job as tidily as Ctrl-C does."""


def complain(message: str, *, style: str = "red", mark: str = "✗") -> None:
    """Print one block to the standard error: the first line stands out, the others lie below it, none is wrapped."""
    first, *others = message.strip().splitlines() or ["no message"]
    text = Text(f"\n{mark} ", style=style).append(first, style="bold")
    for line in others:
        text.append(f"\n  {line}", style="not bold default")
    Console(stderr=True, highlight=False).print(text.append("\n"), soft_wrap=True)


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what a command raises into one block and an exit status. CLEANPLATE_DEBUG=1 lets the traceback through."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except typer.Exit:
            raise
        except (Exception, KeyboardInterrupt) as error:
            if os.environ.get(DEBUG, "0") not in ("", "0"):
                raise
            complain(describe(error))
            raise typer.Exit(exit_status(error)) from None

    return wrapper


def exit_status(error: BaseException) -> int:
    """130 for Ctrl-C, 143 for SIGTERM, the error's own status, else 3: the job broke off."""
    if isinstance(error, Terminated):
        return ExitCode.TERMINATED
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    from pipelines.recipe import RecipeError

    if isinstance(error, RecipeError):
        return ExitCode.USAGE
    return int(getattr(error, "exit_code", ExitCode.BROKEN_OFF))


def describe(error: BaseException) -> str:
    """What the user reads. An error that nobody foresaw also says how to see more of it."""
    notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", []))
    if isinstance(error, KeyboardInterrupt):
        return ("terminated" if isinstance(error, Terminated) else "interrupted") + notes
    if hasattr(error, "exit_code") or exit_status(error) == ExitCode.USAGE:
        return f"{error}{notes}"
    return (f"unexpected {type(error).__name__}: {str(error) or 'no message'}{notes}\n"
            f"This should not happen. {DEBUG}=1 shows where it came from.")
