from dataclasses import replace

from molpipe.report.plots import traces
from tests.report.plots.shapes import texts
from tests.sample_results import answered


def test_every_trace_is_drawn_and_the_worst_are_named():
    rows = [answered(f"m{i}", vqe_error=1e-6 * (i + 1)) for i in range(traces.NAMED + 20)]
    svg = traces.draw(rows)
    assert len(traces.plotted(rows)) == len(rows)
    named = [text for text in texts(svg) if text.startswith("m")]
    assert sorted(named) == sorted(row.name for row in rows[-traces.NAMED :])


def test_a_line_without_a_judge_is_named_and_dashed():
    open_row = answered("open", judged=False)
    judged = [answered(f"m{i}", vqe_error=1e-3) for i in range(traces.NAMED)]
    assert "open" in texts(traces.draw([*judged, open_row]))
    assert "stroke-dasharray" in traces.draw([open_row])
    assert "stroke-dasharray" not in traces.draw(judged)


def test_a_long_trace_keeps_its_ends():
    row = answered()
    first = row.vqe.trace[0]
    long = tuple(replace(first, evaluation=k + 1) for k in range(5000))
    row = replace(row, vqe=replace(row.vqe, trace=long))
    assert len(traces.draw([row])) < 60_000
    assert "2,000" in texts(traces.draw([row]))
