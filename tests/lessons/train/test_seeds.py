"""The lesson's recipe reads at least 97 % of unseen digits, whatever the seed."""

import pytest
import torch

from course_utils.lessons.train.training import split_digits, train
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net


@pytest.mark.parametrize("seed", range(5))
def test_97_per_cent_of_unseen_digits(seed):
    torch.set_num_threads(1)
    history = train(seeded_net(seed), split_digits(load_digits()), seed=seed)
    assert history.last.test.accuracy >= 0.97
