#!/usr/bin/env python3
"""Writes parzen.json: logarithms of the densities of Optuna's Parzen estimators, for ParzenEstimatorTests. Needs optuna (5.0.0.dev was used)."""
import json
import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

SPACE = {
    "x": FloatDistribution(-5, 10),
    "rate": FloatDistribution(1e-4, 1, log=True),
    "layers": IntDistribution(1, 6),
    "drop": FloatDistribution(0, 0.5, step=0.1),
    "kind": CategoricalDistribution(["sgd", "adam", "rmsprop"]),
}
# Which of several equal observations comes first decides who has which neighbours: in the order given, here and there.
unstable = np.argsort
np.argsort = lambda values, kind="stable": unstable(values, kind=kind)
rng = np.random.RandomState(1)


def draw(n):
    return {
        "x": np.round(rng.uniform(-5, 10, n), 3),
        "rate": np.array([float(f"{v:.4g}") for v in np.exp(rng.uniform(np.log(1e-4), 0, n))]),
        "layers": rng.randint(1, 7, n).astype(float),
        "drop": np.round(rng.randint(0, 6, n) * 0.1, 1),
        "kind": rng.randint(0, 3, n).astype(float),
    }


def rows(values):
    return [[float(values[name][i]) if name != "kind" else SPACE[name].choices[int(values[name][i])] for name in SPACE] for i in range(len(values["x"]))]


cases = []
for count in (0, 1, 2, 7, 40):
    observed, asked = draw(count), draw(12)
    settings = _ParzenEstimatorParameters(prior_weight=1.0, consider_magic_clip=True, consider_endpoints=False, weights=default_weights, multivariate=True)
    densities = _ParzenEstimator(observed, SPACE, settings).log_pdf(asked)
    cases.append({"observed": rows(observed), "asked": rows(asked), "log_densities": densities.tolist()})
with open(__file__.replace("parzen.py", "parzen.json"), "w") as file:
    json.dump(cases, file)
    file.write("\n")
