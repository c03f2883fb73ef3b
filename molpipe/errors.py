"""The error tree.

::

    MolpipeError
    ├── InputError              the chemist can fix it; never retried
    │   ├── InvalidMolecule         what is written is no molecule
    │   ├── UnsupportedMolecule     a molecule, but not one that can be computed as asked
    │   ├── ActiveSpaceError        a named active space that the molecule does not have
    │   └── InvalidSettings         a setting that is unknown, out of range or not built
    ├── CalculationError        numerics; retried only with other settings
    │   ├── ConformerError
    │   ├── SCFNotConverged
    │   └── ReferenceFailed
    ├── ResourceError           a time or memory limit was reached
    ├── BackendError            the machine that runs circuits; retried with back-off
    │   ├── BackendUnavailable
    │   ├── JobTimedOut
    │   └── QuotaExceeded
    ├── StoreError              the result database
    │   ├── SchemaTooNew
    │   └── CorruptRecord
    ├── Cancelled               somebody stopped the batch
    └── InvariantError          our bug: a physical law was broken

Every error says what happened and with which value (``message``), what to do
(``hint``), carries a stable ``code``, and, once it is known, the stage.
"""

from __future__ import annotations

from typing import ClassVar, Self


class MolpipeError(Exception):
    """Base of all errors that molpipe raises on purpose."""

    default_code: ClassVar[str] = "ERROR"

    def __init__(self, message: str, *, hint: str = "", code: str = "", stage: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code
        self.stage = stage

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with every field, so that an error survives the way out of a child process."""
        return (_rebuild, (type(self), self.message, self.hint, self.code, self.stage))

    @property
    def line(self) -> str:
        """What happened and what to do, in one line."""
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def at(self, stage: str) -> Self:
        """Name the stage that raised this error, unless it is named already."""
        self.stage = self.stage or stage
        return self


def _rebuild(
    kind: type[MolpipeError], message: str, hint: str, code: str, stage: str
) -> MolpipeError:
    return kind(message, hint=hint, code=code, stage=stage)


class InputError(MolpipeError):
    """The chemist can fix it; never retried."""

    default_code = "BAD_INPUT"


class InvalidMolecule(InputError):
    """What is written is no molecule."""

    default_code = "INVALID_MOLECULE"


class UnsupportedMolecule(InputError):
    """A molecule, but not one that can be computed as asked."""

    default_code = "UNSUPPORTED_MOLECULE"


class InvalidSettings(InputError):
    """A setting that is unknown, out of range or not built."""

    default_code = "BAD_SETTINGS"


class ActiveSpaceError(InputError):
    """The molecule has no active space as the settings ask for."""

    default_code = "ACTIVE_SPACE"


class CalculationError(MolpipeError):
    """Numerics failed; the same settings would fail again."""

    default_code = "CALCULATION_FAILED"


class ConformerError(CalculationError):
    """No usable geometry came out."""

    default_code = "CONFORMER_FAILED"


class SCFNotConverged(CalculationError):
    """The mean-field equations were not solved."""

    default_code = "SCF_NOT_CONVERGED"


class ReferenceFailed(CalculationError):
    """A classical reference could not be computed."""

    default_code = "REFERENCE_FAILED"


class ResourceError(MolpipeError):
    """A time or memory limit was reached; what was finished is kept."""

    default_code = "LIMIT_REACHED"


class BackendError(MolpipeError):
    """The machine that runs circuits failed."""

    default_code = "BACKEND_FAILED"


class BackendUnavailable(BackendError):
    """The backend cannot be reached or is not installed."""

    default_code = "BACKEND_UNAVAILABLE"


class JobTimedOut(BackendError):
    """The backend accepted a job and did not answer in time."""

    default_code = "JOB_TIMED_OUT"


class QuotaExceeded(BackendError):
    """The backend refused the job for lack of quota."""

    default_code = "QUOTA_EXCEEDED"


class StoreError(MolpipeError):
    """The result database cannot be used."""

    default_code = "STORE_FAILED"


class SchemaTooNew(StoreError):
    """Written by a newer molpipe than this one."""

    default_code = "SCHEMA_TOO_NEW"


class CorruptRecord(StoreError):
    """A stored record does not decode to what its key promises."""

    default_code = "CORRUPT_RECORD"


class Cancelled(MolpipeError):
    """Somebody stopped the batch before this molecule was finished."""

    default_code = "CANCELLED"


class InvariantError(MolpipeError):
    """A physical law was broken: a bug in molpipe, never the chemist's fault."""

    default_code = "INVARIANT_BROKEN"
