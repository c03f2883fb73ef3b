"""Solvents as dielectric continua: what the setting ``solvent`` may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

MODELS: Final[Mapping[str, str]] = {
    "ddcosmo": "ddCOSMO",
    "iefpcm": "IEF-PCM",
    "cpcm": "C-PCM",
    "cosmo": "COSMO",
}
"""How a model is written in the settings, and how its authors write it."""

DIELECTRIC_CONSTANTS: Final[Mapping[str, float]] = {
    "water": 78.355,
    "methanol": 32.613,
    "ethanol": 24.852,
    "1-propanol": 20.524,
    "2-propanol": 19.264,
    "1-butanol": 17.332,
    "1-octanol": 9.8629,
    "1,2-ethanediol": 40.245,
    "2,2,2-trifluoroethanol": 26.726,
    "acetic-acid": 6.2528,
    "formic-acid": 51.1,
    "acetonitrile": 35.688,
    "benzonitrile": 25.592,
    "nitromethane": 36.562,
    "acetone": 20.493,
    "butanone": 18.246,
    "ethyl-acetate": 5.9867,
    "formamide": 108.94,
    "dimethylformamide": 37.219,
    "dimethylacetamide": 37.781,
    "dimethylsulfoxide": 46.826,
    "sulfolane": 43.962,
    "pyridine": 12.978,
    "aniline": 6.8882,
    "triethylamine": 2.3832,
    "tetrahydrofuran": 7.4257,
    "1,4-dioxane": 2.2099,
    "diethyl-ether": 4.24,
    "diisopropyl-ether": 3.38,
    "anisole": 4.2247,
    "dichloromethane": 8.93,
    "1,2-dichloroethane": 10.125,
    "chloroform": 4.7113,
    "carbon-tetrachloride": 2.228,
    "carbon-disulfide": 2.6105,
    "chlorobenzene": 5.6968,
    "benzene": 2.2706,
    "toluene": 2.3741,
    "cyclohexane": 2.0165,
    "hexane": 1.8819,
    "heptane": 1.9113,
}
"""Static dielectric constants near 298 K from the Minnesota Solvent Descriptor Database
(Winget et al., https://comp.chem.umn.edu/solvation/mnsddb.pdf)."""

_SHORT: Final[Mapping[str, str]] = {
    "dcm": "dichloromethane",
    "dma": "dimethylacetamide",
    "dmf": "dimethylformamide",
    "dmso": "dimethylsulfoxide",
    "mecn": "acetonitrile",
    "thf": "tetrahydrofuran",
}

_VACUUM: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Solvent:
    """A continuum model and its dielectric constant; ``name`` is empty for a bare number."""

    model: str
    name: str
    epsilon: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ``model:name`` or ``model:number``, such as ddcosmo:water or iefpcm:78.36.

        Raises:
            ValueError: says what may be written instead.
        """
        model, _, name = (part.strip().lower() for part in text.partition(":"))
        if model == "smd":
            raise ValueError(
                "SMD's cavitation, dispersion and structure terms were fitted to mean-field "
                "densities and are not defined for CASCI or VQE; ddcosmo and iefpcm are its "
                "electrostatic part"
            )
        if model not in MODELS or not name:
            raise ValueError(f"write none or MODEL:NAME, MODEL one of {', '.join(MODELS)}")
        name = _SHORT.get(name, name)
        if name in DIELECTRIC_CONSTANTS:
            return cls(model=model, name=name, epsilon=DIELECTRIC_CONSTANTS[name])
        return cls(model=model, name="", epsilon=_number(name))

    def __str__(self) -> str:
        """As the settings hold it."""
        return f"{self.model}:{self.name or str(self.epsilon).removesuffix('.0')}"


def _number(text: str) -> float:
    try:
        epsilon = float(text)
    except ValueError:
        known = ", ".join(DIELECTRIC_CONSTANTS)
        raise ValueError(
            f"unknown solvent {text!r}; write its dielectric constant or one of {known}"
        ) from None
    if not _VACUUM < epsilon < float("inf"):
        raise ValueError(f"a dielectric constant is above 1 and finite, got {text}")
    return epsilon
