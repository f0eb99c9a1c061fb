"""Whatever setting an answer changes, of Python or a library, is afterwards as it was."""

import decimal
import os
import random
import sys
import warnings

import numpy
import pytest
import torch
from torch import nn

from course_utils.checks import compare
from tests.support.exercises import calling

SETTINGS = {  # how an answer changes a setting for good, and how to read it
    "random numbers": (
        "torch.rand(1), random.seed(1), np.random.seed(1)",
        "torch.get_rng_state().tolist(), random.getstate(), np.random.get_state()[1].tolist()",
    ),
    "the default device": ("torch.set_default_device('meta')", "torch.get_default_device()"),
    "the default dtype": (
        "torch.set_default_dtype(torch.float64)",
        "torch.get_default_dtype()",
    ),
    "recording": ("torch.set_grad_enabled(False)", "torch.is_grad_enabled()"),
    "inference": ("torch.inference_mode().__enter__()", "torch.is_inference_mode_enabled()"),
    "threads": ("torch.set_num_threads(2)", "torch.get_num_threads()"),
    "anomalies": ("torch.autograd.set_detect_anomaly(True)", "torch.is_anomaly_enabled()"),
    "determinism": (
        "torch.use_deterministic_algorithms(True)",
        "torch.are_deterministic_algorithms_enabled()",
    ),
    "precision": (
        "torch.set_float32_matmul_precision('medium')",
        "torch.get_float32_matmul_precision()",
    ),
    "tiny numbers": ("torch.set_flush_denormal(True)", "(torch.tensor(1e-40) * 1).item()"),
    "printing": (
        "torch.set_printoptions(precision=2), np.set_printoptions(precision=2)",
        "str(torch.tensor(1 / 3)) + str(np.ones(1) / 3)",
    ),
    "numpy's errors": ("np.seterr(all='raise')", "np.geterr()"),
    "decimals": (
        "decimal.getcontext().prec = 2\n    decimal.setcontext(decimal.Context(3))",
        "decimal.Decimal(1) / 3",
    ),
    "global hooks": (
        "nn.modules.module.register_module_forward_hook(lambda *given: torch.zeros(1))",
        "nn.ReLU()(torch.ones(2)).tolist()",
    ),
    "a function of PyTorch": ("F.relu = torch.sigmoid", "F.relu(torch.ones(2)).tolist()"),
    "a layer of PyTorch": ("nn.Linear.forward = lambda *given: 0", "nn.Linear.forward"),
    "a method of tensors": (
        "Tensor.new = 1\n    Tensor.sum = 2",
        "hasattr(Tensor, 'new'), Tensor.sum",
    ),
    "the course": (
        "compare.agree = compare.Mistake.code = lambda *given: True",
        "compare.agree(1, 2), hasattr(compare.Mistake, 'code')",
    ),
    "a builtin": ("__builtins__['len'] = id", "len([])"),
    "recursion": ("sys.setrecursionlimit(5000)", "sys.getrecursionlimit()"),
    "imports": ("sys.path.insert(0, 'elsewhere')", "list(sys.path)"),
    "warnings": ("warnings.simplefilter('error')", "list(warnings.filters)"),
    "the folder": ("os.chdir('/')", "os.getcwd()"),
    "the environment": (
        "os.environ.update(NEW='1'), os.environ.pop('PATH')",
        "sorted(os.environ.items())",
    ),
}
NAMES = {
    "F": nn.functional,
    "nn": nn,
    "Tensor": torch.Tensor,
    "np": numpy,
    **{one.__name__: one for one in (decimal, os, random, sys, torch, warnings)},
    "compare": compare,
}


def test_a_module_that_an_answer_loads_stays():
    def work(x):
        import torch.nn.cpp as loaded

        return loaded

    assert calling(1).check(work)
    assert torch.nn.cpp


@pytest.mark.parametrize(("change", "read"), SETTINGS.values(), ids=SETTINGS)
def test_a_setting_is_put_back(change, read):
    names = dict(NAMES)
    exec(f"def work(x):\n    {change}\n    return 1\ndef now(): return {read}", names)
    before = repr(names["now"]())
    told = calling(1).check(names["work"])
    assert told.code == ("dtype_left" if "default_dtype" in change else ""), told
    assert repr(names["now"]()) == before
