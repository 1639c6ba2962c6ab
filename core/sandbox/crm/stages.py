"""Stages of deals and the pipelines they make up (zoho-crm-api §4.5, §6.3). To add a stage, add a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: shown and actual value, probability in percent, and how forecasts count it."""

    shown: str
    actual: str
    probability: int
    forecast_type: str = "Open"
    category: str = "Pipeline"
    colour: str = "#5b8def"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline of the Standard layout: its stages in order."""

    name: str
    stages: tuple[str, ...]
    default: bool = False


STAGES = (
    Stage("Qualification", "Qualification", 10),
    Stage("Needs Analysis", "Needs Analysis", 20),
    Stage("Value Proposition", "Value Proposition", 40),
    Stage("Identify Decision Makers", "Id. Decision Makers", 60),
    Stage("Proposal/Price Quote", "Proposal/Price Quote", 75),
    Stage("Negotiation/Review", "Negotiation/Review", 90),
    Stage("Closed Won", "Closed Won", 100, "Closed Won", "Closed", "#25b52a"),
    Stage("Closed Lost", "Closed Lost", 0, "Closed Lost", "Omitted", "#eb4d4d"),
    Stage("Closed-Lost to Competition", "Closed Lost to Competition", 0, "Closed Lost", "Omitted", "#eb4d4d"),
)
STANDARD = "Standard (Standard)"
PIPELINES = (
    Pipeline(STANDARD, tuple(stage.shown for stage in STAGES), default=True),
    Pipeline("Renewals", ("Qualification", "Proposal/Price Quote", "Closed Won", "Closed Lost")),
)
BY_NAME = {stage.shown: stage for stage in STAGES}


def pipeline(name: str | None) -> Pipeline | None:
    """A pipeline by its name; without one, the default."""
    return next((each for each in PIPELINES if each.name == (name or STANDARD)), None)
