"""Charts over time: what lies within chance, and what does not. Pure; draws nothing and must never round."""

from survey.insight.trend.chart import Chart, Phase, Point
from survey.insight.trend.individuals import xmr
from survey.insight.trend.labels import Label, nhs_labels
from survey.insight.trend.runs import Course, Runs, Signals, latest, run_rules, signals
from survey.insight.trend.shares import p_chart, p_prime_chart

__all__ = [
    "Chart",
    "Course",
    "Label",
    "Phase",
    "Point",
    "Runs",
    "Signals",
    "latest",
    "nhs_labels",
    "p_chart",
    "p_prime_chart",
    "run_rules",
    "signals",
    "xmr",
]
