# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""CTC decoding with positions, confidences and alternatives. `ocr.kernels.reference` is the specification.

All indices are in bounds because `check_frames` has seen the shapes, the lengths and, if there is a language, that it
knows the classes.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.math cimport INFINITY, exp

import numpy as np

from ocr.kernels.contract import ALTERNATIVES, MIN_PROB, CtcLine, check_frames
from ocr.language import BONUS, MAX_ORDER, START, STEP, UNSEEN, WEIGHT

cdef enum:
    BLANK = 0
    NONE = -1  # no character, no neighbour: equal to no class
    KEPT_ALTERNATIVES = 4
    LONGEST_GRAM = 8
    LETTER_BYTES = 4

if KEPT_ALTERNATIVES != ALTERNATIVES or LONGEST_GRAM != MAX_ORDER:
    raise ImportError("the compiled kernels were built for another contract")

cdef float min_prob = MIN_PROB
cdef double language_weight = WEIGHT, bonus = BONUS, unseen = UNSEEN, step_size = STEP
cdef double most = exp(BONUS)  # that a language weighs a character with
cdef unsigned char start_letter = ord(START)

cdef unsigned int[256] crc_table
cdef int _byte, _bit
for _byte in range(256):
    crc_table[_byte] = _byte
    for _bit in range(8):
        crc_table[_byte] = (crc_table[_byte] >> 1) ^ (0xEDB88320U if crc_table[_byte] & 1 else 0)

ctypedef const unsigned char* Letter  # UTF-8, and zeros up to LETTER_BYTES

cdef struct Language:  # the arrays of a LanguageModel; no keys where there is none
    int order
    Py_ssize_t count
    const unsigned int* keys
    const unsigned char* log_probs
    const unsigned char* backoffs
    const unsigned char* letters  # (classes, LETTER_BYTES)

cdef struct Frames:  # those of one line
    const int* classes  # (length, kept)
    const float* log_probs
    const float* probs
    int length
    int kept

cdef struct Characters:  # those of one line; the arrays of a CtcLine
    int* labels
    int* start
    int* stop
    int* peak
    float* confidence
    int* alternatives
    float* alternative_probs

cdef struct Prefix:
    int node  # in the trie
    int label  # the last one, or NONE
    int source  # the prefix it was, or grew from, one frame earlier
    bint grown  # whether `label` was added in this frame
    double blank  # probability of the paths that end in a blank
    double ink  # probability of the paths that end in `label`
    double weight  # by the language

cdef struct Node:  # of the trie of prefixes; node 0 is the empty one
    int parent
    int label
    int child  # the newest, or NONE
    int sibling  # the next older child of its parent, or NONE

cdef struct Window:  # the frames in which a character may stand
    int begin
    int end
    int left  # class of the frame before, if that belongs to the previous character, else NONE
    int right  # class of the frame after, if that belongs to the next character, else NONE


cdef class _Workspace:
    """Memory to decode one line of at most `length` frames."""

    cdef Node* nodes
    cdef Prefix* beam
    cdef Prefix* chosen
    cdef int* parents
    cdef double* scores
    cdef char* steps
    cdef int* slots

    def __cinit__(self, size_t length, size_t beam):
        cdef size_t states = 2 * length + 1
        self.nodes = <Node*> PyMem_Malloc((length * beam + 1) * sizeof(Node))
        self.beam = <Prefix*> PyMem_Malloc(beam * sizeof(Prefix))
        self.chosen = <Prefix*> PyMem_Malloc(beam * sizeof(Prefix))
        self.parents = <int*> PyMem_Malloc(beam * sizeof(int))
        self.scores = <double*> PyMem_Malloc(states * sizeof(double))
        self.steps = <char*> PyMem_Malloc(length * states)
        self.slots = <int*> PyMem_Malloc(length * sizeof(int))
        if not (self.nodes and self.beam and self.chosen and self.parents):
            raise MemoryError
        if not (self.scores and self.steps and self.slots):
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.nodes)
        PyMem_Free(self.beam)
        PyMem_Free(self.chosen)
        PyMem_Free(self.parents)
        PyMem_Free(self.scores)
        PyMem_Free(self.steps)
        PyMem_Free(self.slots)


def ctc_best_path(
    const int[:, :, ::1] classes not None, const float[:, :, ::1] log_probs not None, const int[::1] lengths not None
):
    """See `ocr.kernels.reference.ctc_best_path`."""
    check_frames(np.asarray(classes), np.asarray(log_probs), np.asarray(lengths))
    return _decode(classes, log_probs, lengths, 0, None)


def ctc_prefix_beam(
    const int[:, :, ::1] classes not None,
    const float[:, :, ::1] log_probs not None,
    const int[::1] lengths not None,
    int beam=8,
    language=None,
):
    """See `ocr.kernels.reference.ctc_prefix_beam`."""
    check_frames(np.asarray(classes), np.asarray(log_probs), np.asarray(lengths), beam, language)
    return _decode(classes, log_probs, lengths, beam, language)


cdef list _decode(
    const int[:, :, ::1] classes, const float[:, :, ::1] log_probs, const int[::1] lengths, int beam, model
):
    """Read every line by prefix beam search, or by the best path where `beam` is 0."""
    with np.errstate(over="ignore"):  # frames beyond a line's length may hold anything
        exponentials = np.exp(np.asarray(log_probs))
    cdef int total = np.sum(lengths)  # no line has more characters than frames
    columns = [
        *(np.empty(total, np.int32) for _ in range(4)),
        np.empty(total, np.float32),
        np.empty((total, ALTERNATIVES), np.int32),
        np.empty((total, ALTERNATIVES), np.float32),
    ]
    ends = np.zeros(len(lengths) + 1, np.int32)
    cdef const float[:, :, ::1] probs = exponentials
    cdef int[::1] labels = columns[0], start = columns[1], stop = columns[2], peak = columns[3], end = ends
    cdef float[::1] confidence = columns[4]
    cdef int[:, ::1] alternatives = columns[5]
    cdef float[:, ::1] alternative_probs = columns[6]
    cdef _Workspace work = _Workspace(max(classes.shape[1], 1), max(beam, 1))
    cdef const unsigned int[::1] keys
    cdef const unsigned char[::1] model_log_probs, backoffs
    cdef const unsigned char[:, ::1] letters
    cdef Language language = Language(0, 0, NULL, NULL, NULL, NULL)
    if model is not None and len(model):
        keys, model_log_probs, backoffs, letters = model.keys, model.log_probs, model.backoffs, model.letters
        language = Language(
            model.order, keys.shape[0], &keys[0], &model_log_probs[0], &backoffs[0], &letters[0, 0]
        )
    cdef Frames frames
    cdef Characters out
    cdef int line, first, count
    with nogil:
        for line in range(<int> lengths.shape[0]):
            first = end[line]
            frames = Frames(
                &classes[line, 0, 0], &log_probs[line, 0, 0], &probs[line, 0, 0], lengths[line], <int> classes.shape[2]
            )
            out = Characters(
                &labels[first], &start[first], &stop[first], &peak[first], &confidence[first],
                &alternatives[first, 0], &alternative_probs[first, 0],
            )
            if beam == 0:
                count = best_path(&frames, work.slots, out.labels)
            else:
                count = search(&frames, beam, &language, work, out.labels)
                align(&frames, out.labels, count, work)
            describe(&frames, work.slots, count, &out)
            end[line + 1] = first + count
    return [CtcLine(*[column[ends[i]:ends[i + 1]] for column in columns]) for i in range(len(lengths))]


cdef inline float prob_of(const Frames* frames, int frame, int label) noexcept nogil:
    """Probability of a class in a frame; 0 where the frame does not list it."""
    cdef int k
    for k in range(frame * frames.kept, (frame + 1) * frames.kept):
        if frames.classes[k] == label:
            return frames.probs[k]
    return 0


cdef inline double log_prob_of(const Frames* frames, int frame, int label) noexcept nogil:
    cdef int k
    for k in range(frame * frames.kept, (frame + 1) * frames.kept):
        if frames.classes[k] == label:
            return frames.log_probs[k]
    return -INFINITY


cdef int best_path(const Frames* frames, int* slots, int* labels) noexcept nogil:
    """Collapse the most probable classes; returns the number of labels."""
    cdef int frame, label, previous = BLANK, count = 0
    for frame in range(frames.length):
        label = frames.classes[frame * frames.kept]
        if label != BLANK and label != previous:
            labels[count] = label
            count += 1
        slots[frame] = NONE if label == BLANK else count - 1
        previous = label
    return count


cdef int search(const Frames* frames, int beam, const Language* language, _Workspace work, int* labels) noexcept nogil:
    """Prefix beam search; writes the most probable labels and returns their number."""
    cdef int frame, i, width = 1, nodes = 1
    cdef int node, count = 0
    cdef double best, best_weight
    cdef Prefix* swap
    work.nodes[0] = Node(NONE, NONE, NONE, NONE)
    work.beam[0] = Prefix(0, NONE, 0, False, 1.0, 0.0, 1.0)
    for frame in range(frames.length):
        width = advance(frames, frame, beam, language, width, work)
        best, best_weight = work.chosen[0].blank + work.chosen[0].ink, work.chosen[0].weight
        for i in range(width):
            work.chosen[i].blank /= best
            work.chosen[i].ink /= best
            work.chosen[i].weight /= best_weight
            node = work.beam[work.chosen[i].source].node
            if work.chosen[i].grown:
                node = child_of(work.nodes, &nodes, node, work.chosen[i].label)
            work.chosen[i].node = node
        swap = work.beam
        work.beam = work.chosen
        work.chosen = swap
    node = work.beam[0].node
    while node != 0:
        count += 1
        node = work.nodes[node].parent
    node = work.beam[0].node
    for i in range(count - 1, -1, -1):
        labels[i] = work.nodes[node].label
        node = work.nodes[node].parent
    return count


cdef int advance(
    const Frames* frames, int frame, int beam, const Language* language, int width, _Workspace work
) noexcept nogil:
    """Fill `work.chosen` with the best prefixes after one more frame; returns their number."""
    cdef Prefix* old = work.beam
    cdef const int* classes = frames.classes + frame * frames.kept
    cdef const float* probs = frames.probs + frame * frames.kept
    cdef double p_blank = prob_of(frames, frame, BLANK)
    cdef double p, score, weight, most_weight = most if language.count else 1.0
    cdef int i, j, k, count = 0
    cdef Prefix candidate
    cdef bint foreign = False
    if language.count:
        k = 1 if classes[0] == BLANK and frames.kept > 1 else 0
        foreign = is_foreign(language, classes[k])
    for i in range(width):
        p = prob_of(frames, frame, old[i].label)
        score = old[i].blank + old[i].ink
        candidate = Prefix(0, old[i].label, i, False, score * p_blank, old[i].ink * p, old[i].weight)
        work.parents[i] = NONE
        for j in range(width):
            if i != j and old[j].node == work.nodes[old[i].node].parent:
                work.parents[i] = j
                if language.count and is_foreign(language, old[i].label) != foreign:
                    continue
                candidate.ink += p * (old[j].blank if old[j].label == old[i].label else old[j].blank + old[j].ink)
        count = choose(work.chosen, count, beam, &candidate)
    for i in range(width):
        score = old[i].blank + old[i].ink
        for k in range(frames.kept):
            if count == beam and probs[k] * score * old[i].weight * most_weight <= rank(&work.chosen[beam - 1]):
                break  # the classes that follow are no better
            if classes[k] != BLANK and not is_child_in_beam(old, work.parents, width, i, classes[k]):
                p = probs[k] * (old[i].blank if classes[k] == old[i].label else score)
                weight = old[i].weight
                if language.count:
                    if is_foreign(language, classes[k]) != foreign:
                        continue
                    weight *= weigh_by_language(language, work.nodes, old[i].node, classes[k])
                candidate = Prefix(0, classes[k], i, True, 0.0, p, weight)
                count = choose(work.chosen, count, beam, &candidate)
    return count


cdef inline bint is_foreign(const Language* language, int label) noexcept nogil:
    """Whether a class is no letter that can be read, which the network alone decides."""
    return language.letters[label * LETTER_BYTES] == 0


cdef double weigh_by_language(const Language* language, const Node* nodes, int node, int label) noexcept nogil:
    """See `ocr.language.LanguageModel.weigh`, behind the prefix of a node."""
    cdef Letter letter = language.letters + label * LETTER_BYTES
    cdef Letter[LONGEST_GRAM] context  # backwards
    cdef unsigned char[2] start
    cdef unsigned int crc
    cdef int i, first, count = 0
    cdef Py_ssize_t place
    cdef double backoff = 0
    if letter[0] == 0:
        return most
    start[0], start[1] = start_letter, 0
    while count < language.order - 1:
        if node == 0:
            context[count] = start
            count += 1
            break
        if language.letters[nodes[node].label * LETTER_BYTES] != 0:
            context[count] = language.letters + nodes[node].label * LETTER_BYTES
            count += 1
        node = nodes[node].parent
    for first in range(count, -1, -1):
        crc = 0xFFFFFFFFU
        for i in range(first - 1, -1, -1):
            crc = hash_letter(crc, context[i])
        place = find(language, ~hash_letter(crc, letter))
        if place != NONE:
            return exp(bonus + language_weight * (backoff - language.log_probs[place] / step_size))
        place = find(language, ~crc)
        if place != NONE:
            backoff -= language.backoffs[place] / step_size
    return exp(bonus + language_weight * (backoff + unseen))


cdef inline unsigned int hash_letter(unsigned int crc, Letter letter) noexcept nogil:
    """Go on with a CRC-32 over a letter."""
    cdef int i = 0
    while i < LETTER_BYTES and letter[i] != 0:
        crc = crc_table[(crc ^ letter[i]) & 0xFF] ^ (crc >> 8)
        i += 1
    return crc


cdef inline Py_ssize_t find(const Language* language, unsigned int key) noexcept nogil:
    """Place of an n-gram, or NONE."""
    cdef Py_ssize_t low = 0, high = language.count, middle
    while low < high:
        middle = (low + high) // 2
        if language.keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < language.count and language.keys[low] == key else NONE


cdef inline bint is_child_in_beam(const Prefix* beam, const int* parents, int width, int i, int label) noexcept nogil:
    cdef int j
    for j in range(width):
        if parents[j] == i and beam[j].label == label:
            return True
    return False


cdef inline double rank(const Prefix* prefix) noexcept nogil:
    return (prefix.blank + prefix.ink) * prefix.weight


cdef inline int choose(Prefix* chosen, int count, int beam, const Prefix* candidate) noexcept nogil:
    """Keep the best `beam` candidates in order, the earlier one first among equals; returns their number."""
    cdef double score = rank(candidate)
    cdef int i
    if score <= 0 or (count == beam and score <= rank(&chosen[count - 1])):
        return count
    i = count if count < beam else beam - 1
    while i > 0 and score > rank(&chosen[i - 1]):
        chosen[i] = chosen[i - 1]
        i -= 1
    chosen[i] = candidate[0]
    return min(count + 1, beam)


cdef int child_of(Node* nodes, int* count, int parent, int label) noexcept nogil:
    """Node of a prefix grown by a label, made where there is none: a prefix that left the beam keeps its node."""
    cdef int node = nodes[parent].child
    while node != NONE:
        if nodes[node].label == label:
            return node
        node = nodes[node].sibling
    node = count[0]
    count[0] += 1
    nodes[node] = Node(parent, label, NONE, nodes[parent].child)
    nodes[parent].child = node
    return node


cdef void align(const Frames* frames, const int* labels, int count, _Workspace work) noexcept nogil:
    """Most probable alignment (Viterbi) over the states blank, label, blank, ..., blank; writes `work.slots`."""
    cdef int states = 2 * count + 1
    cdef int frame, state, first, last, i
    cdef char step
    cdef double blank, best
    cdef double* score = work.scores
    score[0] = 0
    for state in range(1, states):
        score[state] = -INFINITY
    for frame in range(frames.length):
        blank = log_prob_of(frames, frame, BLANK)
        first = max(states - 2 * (frames.length - frame), 0)  # from states below, the end is out of reach
        last = min(2 * frame + 1, states - 1)  # states above are out of reach from the beginning
        for state in range(last, first - 1, -1):  # downwards, so that the scores before the frame are still there
            best, step, i = score[state], 0, state // 2
            if state >= 1 and score[state - 1] > best:
                best, step = score[state - 1], 1
            if state % 2 == 1 and i > 0 and labels[i] != labels[i - 1] and score[state - 2] > best:
                best, step = score[state - 2], 2
            work.steps[frame * states + state] = step
            if best > -INFINITY:
                best += blank if state % 2 == 0 else log_prob_of(frames, frame, labels[i])
            score[state] = best
    state = states - 1
    if count > 0 and score[state - 1] > score[state]:
        state -= 1
    for frame in range(frames.length - 1, -1, -1):
        work.slots[frame] = state // 2 if state % 2 == 1 else NONE
        state -= work.steps[frame * states + state]


cdef void describe(const Frames* frames, const int* slots, int count, Characters* out) noexcept nogil:
    """Spans, peaks, confidences and alternatives from the labels and the alignment."""
    cdef int frame, i = NONE
    cdef float p, best = 0
    for frame in range(frames.length):
        if slots[frame] == NONE:
            continue
        if slots[frame] != i:
            i = slots[frame]
            out.start[i] = out.peak[i] = frame
            best = 0
        out.stop[i] = frame + 1
        p = prob_of(frames, frame, out.labels[i])
        if p > best:
            out.peak[i] = frame
            best = p
    cdef Window window
    for i in range(count):
        window = window_of(out, i, count, frames.length)
        weigh(frames, &window, out.labels[i], &out.confidence[i], out.alternatives + i * KEPT_ALTERNATIVES,
              out.alternative_probs + i * KEPT_ALTERNATIVES)


cdef Window window_of(const Characters* line, int i, int count, int length) noexcept nogil:
    cdef int floor = line.stop[i - 1] if i > 0 else 0
    cdef int ceiling = line.start[i + 1] if i + 1 < count else length
    cdef Window window
    window.begin = max(line.start[i] - 1, floor)
    window.end = min(line.stop[i] + 1, ceiling)
    window.left = line.labels[i - 1] if i > 0 and window.begin == floor else NONE
    window.right = line.labels[i + 1] if i + 1 < count and window.end == ceiling else NONE
    return window


cdef void weigh(
    const Frames* frames, const Window* window, int label, float* confidence, int* others, float* other_probs
) noexcept nogil:
    """Confidence of `label`, and the best of the other classes that are probable somewhere in the window, in order."""
    cdef double[KEPT_ALTERNATIVES] best
    cdef int frame, k, x, rank, count = 0
    cdef double p
    confidence[0] = <float> share(frames, window, label)
    for frame in range(window.begin, window.end):
        for k in range(frame * frames.kept, (frame + 1) * frames.kept):
            x = frames.classes[k]
            if frames.probs[k] < min_prob:
                break
            if x == BLANK or x == label or contends(frames, window.begin, frame, x):
                continue
            p = share(frames, window, x)
            rank = count
            while rank > 0 and (p > best[rank - 1] or (p == best[rank - 1] and x < others[rank - 1])):
                rank -= 1
            if p > 0 and rank < KEPT_ALTERNATIVES:
                count = min(count + 1, KEPT_ALTERNATIVES)
                insert(best, others, rank, count, p, x)
    for rank in range(KEPT_ALTERNATIVES):
        if rank >= count:
            others[rank] = BLANK
        other_probs[rank] = <float> best[rank] if rank < count else 0


cdef inline void insert(double* probs, int* labels, int rank, int count, double p, int label) noexcept nogil:
    cdef int i
    for i in range(count - 1, rank, -1):
        probs[i] = probs[i - 1]
        labels[i] = labels[i - 1]
    probs[rank] = p
    labels[rank] = label


cdef inline bint contends(const Frames* frames, int begin, int end, int label) noexcept nogil:
    """Whether a class reaches `min_prob` in some frame of [begin, end)."""
    cdef int frame, k
    for frame in range(begin, end):
        for k in range(frame * frames.kept, (frame + 1) * frames.kept):
            if frames.probs[k] < min_prob:
                break
            if frames.classes[k] == label:
                return True
    return False


cdef double share(const Frames* frames, const Window* window, int x) noexcept nogil:
    """Probability that the window spells `x` once: left* blank* x+ blank* right*."""
    cdef double tail = window.left != NONE, before = window.left == NONE, ink = 0, after = 0, head = 0
    cdef double p_blank
    cdef int frame
    for frame in range(window.begin, window.end):
        p_blank = prob_of(frames, frame, BLANK)
        head = prob_of(frames, frame, window.right) * (head + after + (x != window.right) * ink)
        after = p_blank * (ink + after)
        ink = prob_of(frames, frame, x) * (ink + before + (x != window.left) * tail)
        before = p_blank * (tail + before)
        tail = prob_of(frames, frame, window.left) * tail
    return min(head + after + (x != window.right) * ink, 1.0)
