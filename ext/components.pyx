# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Geometry of the connected components of a probability map. `ocr.kernels.reference` is the specification.

All indices are in bounds because `check_maps` has seen the shapes.
"""

from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from libc.math cimport (
    INFINITY, atan2, copysign, cos as cosine, exp, expf, fabs, fmax, fmin, hypot, log, sin as sine, sqrtf
)

import numpy as np

from ocr.kernels import contract
from ocr.kernels.contract import check_components, check_maps

cdef enum:
    STRIDE = 16  # pixels looked at together where there is no text

cdef float least = 1e-6  # shortest direction that is told from none
cdef double pixel_variance = contract.PIXEL_VARIANCE
cdef double blob = contract.BLOB
cdef double stroke = contract.STROKE
cdef double inset = contract.INSET

cdef struct Run:  # of pixels above the threshold in one row
    int row
    int begin
    int end
    int parent  # union-find over the runs; never a later run
    int component

cdef struct Sums:  # over the pixels of one component
    double count
    double prob
    double inner  # weight of the pixels, more in the middle
    double log_height
    double cos
    double sin
    double weight  # of the pixels, and their moments
    double x
    double y
    double xx
    double xy
    double yy
    double near_start  # weight of the pixels, more at the start
    double x0
    double y0
    double before
    double near_stop
    double x1
    double y1
    double after
    double axis_cos  # what `find_axis` makes of them
    double axis_sin
    double first
    double last


def component_geometry(const float[:, ::1] prob not None, const float[:, :, :] geometry not None, float threshold):
    """See `ocr.kernels.reference.component_geometry`."""
    check_maps(np.asarray(prob), np.asarray(geometry), threshold)
    cdef size_t most = prob.shape[0] * ((prob.shape[1] + 1) // 2)
    cdef Run* runs = <Run*> PyMem_Malloc(most * sizeof(Run))
    cdef Sums* sums = NULL
    cdef int i, count, components
    cdef float limit = <float> log(prob.shape[0] + prob.shape[1])
    cdef float[:, ::1] out
    try:
        if runs == NULL:
            raise MemoryError
        with nogil:
            count = find_runs(prob, threshold, runs)
            components = number_components(runs, count)
        sums = <Sums*> PyMem_Calloc(components, sizeof(Sums))
        if sums == NULL:
            raise MemoryError
        found = np.empty((components, 8), np.float32)
        out = found
        with nogil:
            for i in range(count):
                add_run(prob, geometry, &runs[i], limit, &sums[runs[i].component])
            for i in range(components):
                find_axis(&sums[i])
            for i in range(count):
                stretch(&runs[i], &sums[runs[i].component])
            for i in range(components):
                write_row(&sums[i], &out[i, 0])
    finally:
        PyMem_Free(runs)
        PyMem_Free(sums)
    return check_components(found)


cdef int find_runs(const float[:, ::1] prob, float threshold, Run* runs) noexcept nogil:
    """Runs in raster order, each joined with those of the row above that it touches, if only at a corner.

    Returns their number. Runs [above, first) are those of the row above that may still touch one of this row.
    """
    cdef int width = <int> prob.shape[1]
    cdef int row, column, begin, first, touching, above = 0, count = 0
    cdef const float* p
    for row in range(<int> prob.shape[0]):
        p = &prob[row, 0]
        first = count
        column = 0
        while column < width:
            if column + STRIDE <= width and is_background(p + column, threshold):
                column += STRIDE
                continue
            if not p[column] > threshold:
                column += 1
                continue
            begin = column
            while column < width and p[column] > threshold:
                column += 1
            runs[count] = Run(row, begin, column, count, 0)
            while above < first and runs[above].end < begin:
                above += 1
            touching = above
            while touching < first and runs[touching].begin <= column:
                join(runs, touching, count)
                touching += 1
            count += 1
        above = first
    return count


cdef inline bint is_background(const float* p, float threshold) noexcept nogil:
    """Whether none of `STRIDE` pixels is above the threshold (NaN is not); without a branch, so that it vectorises."""
    cdef int i, above = 0
    for i in range(STRIDE):
        above |= p[i] > threshold
    return above == 0


cdef inline int root_of(Run* runs, int run) noexcept nogil:
    while runs[run].parent != run:
        runs[run].parent = runs[runs[run].parent].parent
        run = runs[run].parent
    return run


cdef inline void join(Run* runs, int a, int b) noexcept nogil:
    a = root_of(runs, a)
    b = root_of(runs, b)
    if a < b:
        runs[b].parent = a
    else:
        runs[a].parent = b


cdef int number_components(Run* runs, int count) noexcept nogil:
    """Number the components in the order of their first pixels; returns how many there are."""
    cdef int run, root, components = 0
    for run in range(count):
        root = root_of(runs, run)
        if root == run:
            runs[run].component = components
            components += 1
        else:
            runs[run].component = runs[root].component
    return components


cdef void add_run(
    const float[:, ::1] prob, const float[:, :, :] geometry, const Run* run, float limit, Sums* sums
) noexcept nogil:
    cdef float p, cos, sin, scale, before, after
    cdef double weight, x, y = run.row + 0.5
    cdef Sums add = sums[0]  # in registers while the loop runs
    cdef int column
    for column in range(run.begin, run.end):
        x = column + 0.5
        p = prob[run.row, column]
        cos, sin = geometry[run.row, column, 1], geometry[run.row, column, 2]
        scale = sqrtf(cos * cos + sin * sin)
        scale = 1 / (scale if not scale < least else least)
        cos, sin = cos * scale, sin * scale
        before, after = distance(geometry[run.row, column, 3], limit), distance(geometry[run.row, column, 4], limit)
        add.count += 1
        add.prob += p
        weight = p * p * (before / after if before < after else after / before)
        add.inner += weight
        add.log_height += weight * geometry[run.row, column, 0]
        add.cos += weight * cos
        add.sin += weight * sin
        weight = p * p
        add.weight += weight
        add.x += weight * x
        add.y += weight * y
        add.xx += weight * x * x
        add.xy += weight * x * y
        add.yy += weight * y * y
        weight = p * p / (1 + before)
        add.near_start += weight
        add.x0 += weight * x
        add.y0 += weight * y
        add.before += weight * before
        weight = p * p / (1 + after)
        add.near_stop += weight
        add.x1 += weight * x
        add.y1 += weight * y
        add.after += weight * after
    sums[0] = add


cdef inline float distance(float log_distance, float limit) noexcept nogil:
    """exp within the limits; comparisons that let NaN through, as fminf would not."""
    if log_distance > limit:
        log_distance = limit
    if log_distance < -limit:
        log_distance = -limit
    return expf(log_distance)


cdef void find_axis(Sums* sums) noexcept nogil:
    """Turn the moments into the centre, in `x` and `y`, and the direction of a component."""
    cdef double mean_cos = sums.cos / sums.inner, mean_sin = sums.sin / sums.inner
    cdef double cx = sums.x / sums.weight, cy = sums.y / sums.weight
    cdef double xx = sums.xx / sums.weight - cx * cx + pixel_variance
    cdef double yy = sums.yy / sums.weight - cy * cy + pixel_variance
    cdef double xy = sums.xy / sums.weight - cx * cy
    cdef double norm = hypot(mean_cos, mean_sin)
    cdef double cos = mean_cos / (norm if norm > least else least), sin = mean_sin / (norm if norm > least else least)
    cdef double half_angle = 0.5 * atan2(2 * xy, xx - yy)
    cdef double axis_cos = cosine(half_angle), axis_sin = sine(half_angle)
    cdef double middle = (xx + yy) / 2, spread = hypot((xx - yy) / 2, xy)
    cdef double thin = middle - spread
    cdef double elongation = (middle + spread) / (thin if thin > pixel_variance else pixel_variance)
    cdef double agreement = cos * axis_cos + sin * axis_sin
    cdef double share = clip((elongation - blob) / (stroke - blob)) * clip((fabs(agreement) - 0.8) / 0.1)
    cos = cos * (1 - share) + axis_cos * copysign(share, agreement)
    sin = sin * (1 - share) + axis_sin * copysign(share, agreement)
    norm = hypot(cos, sin)
    sums.axis_cos, sums.axis_sin = cos / (norm if norm > least else least), sin / (norm if norm > least else least)
    sums.x, sums.y = cx, cy
    sums.first, sums.last = INFINITY, -INFINITY


cdef inline void stretch(const Run* run, Sums* sums) noexcept nogil:
    """Extend what a component covers along its axis by a run, whose extremes are its two ends."""
    cdef double across = sums.axis_sin * (run.row + 0.5 - sums.y)
    cdef double one = sums.axis_cos * (run.begin + 0.5 - sums.x) + across
    cdef double other = sums.axis_cos * (run.end - 0.5 - sums.x) + across
    sums.first = fmin(sums.first, fmin(one, other))
    sums.last = fmax(sums.last, fmax(one, other))


cdef void write_row(const Sums* sums, float* row) noexcept nogil:
    cdef double cx = sums.x, cy = sums.y, cos = sums.axis_cos, sin = sums.axis_sin
    cdef double height = exp(sums.log_height / sums.inner)
    cdef double start = cos * (sums.x0 / sums.near_start - cx) + sin * (sums.y0 / sums.near_start - cy)
    cdef double stop = cos * (sums.x1 / sums.near_stop - cx) + sin * (sums.y1 / sums.near_stop - cy)
    start = fmin(start - sums.before / sums.near_start, sums.first - inset * height)
    stop = fmax(stop + sums.after / sums.near_stop, sums.last + inset * height)
    row[0] = <float> (cx + start * cos)
    row[1] = <float> (cy + start * sin)
    row[2] = <float> (cx + stop * cos)
    row[3] = <float> (cy + stop * sin)
    row[4] = <float> height
    row[5] = <float> (sums.prob / sums.count)
    row[6] = <float> sums.count
    row[7] = <float> (hypot(sums.cos, sums.sin) / sums.inner)


cdef inline double clip(double share) noexcept nogil:
    return 0 if share < 0 else 1 if share > 1 else share
