"""What the exit status of `cleanplate` says to the shell or scheduler that called it."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    SUCCESS = 0  # every image accounted for
    FAILURES = 1  # finished under --strict, and some images could not be cleaned
    USAGE = 2  # the command line, the recipe or the input cannot be used; nothing was run
    BROKEN_OFF = 3  # stopped half way: the same command goes on from there
    INTERRUPTED = 130  # Ctrl-C: the same command goes on from there
    TERMINATED = 143  # SIGTERM: the same command goes on from there


EXIT_CODES_HELP = """[bold]Exit status[/bold]

  0    every image is accounted for
  1    with --strict: finished, but some images could not be cleaned
  2    the command line, the recipe or the input cannot be used
  3    the job broke off: run the same command again, it goes on from there
  130  interrupted, 143 terminated: as above"""
