from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given

from molpipe.report.plots.style import spread

PLACES = st.lists(st.floats(0, 1), min_size=1, max_size=12)
GAP = 0.05


@given(PLACES)
def test_labels_keep_their_order_their_distance_and_the_plot(places):
    found = spread(places, GAP, 0.0, 1.0)
    order = sorted(range(len(places)), key=places.__getitem__)
    ordered = [found[k] for k in order]
    assert all(above - below > GAP - 1e-9 for below, above in pairwise(ordered))
    assert min(found) >= -1e-9
    assert max(found) <= 1 + 1e-9


def test_labels_with_room_stay_where_they_are():
    assert spread([0.9, 0.1, 0.5], GAP, 0.0, 1.0) == [0.9, 0.1, 0.5]
