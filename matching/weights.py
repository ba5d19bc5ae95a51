"""The named profiles of the objective's weights; each is versioned data."""

from matching.core.model import Weights

PROFILES: dict[str, Weights] = {"default": Weights()}
