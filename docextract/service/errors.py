"""What the service refuses.

ServiceError (DocExtractError)
├── UnauthorizedError       no key, or not one of ours
├── RequestFormatError      the request is not one that is understood
├── BodyTooLargeError       the body is larger than the limit
├── JobNotFoundError        no such job, or its result was fetched before, or it is too late
├── JobUnfinishedError      its result is not there yet
└── OverloadedError         come back later
    ├── QueueFullError          everything is taken
    ├── JobsFullError           too many results were not fetched
    ├── DeadlineError           the time for the request is over
    └── DrainingError           the service is about to stop
"""

from __future__ import annotations

from typing import ClassVar

from docextract.errors import DocExtractError


class ServiceError(DocExtractError):
    """The service refuses a request.

    Attributes:
        status: Status of HTTP.
    """

    code = "service"
    status: ClassVar[int]


class UnauthorizedError(ServiceError):
    """The request has no API key, or one that is not known."""

    code = "unauthorized"
    status = 401

    def __init__(self) -> None:
        super().__init__("an API key is required: Authorization: Bearer ...")


class RequestFormatError(ServiceError):
    """The request is not one that is understood."""

    code = "invalid_request"
    status = 422


class BodyTooLargeError(ServiceError):
    """The body is larger than the limit; no more than that was read.

    Attributes:
        limit_bytes: The limit.
    """

    code = "body_too_large"
    status = 413

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the body is larger than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class JobNotFoundError(ServiceError):
    """There is no such job, or not any more."""

    code = "job_not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__("there is no such job; results are kept for a limited time and given out only once")


class JobUnfinishedError(ServiceError):
    """The result of a job is not there yet."""

    code = "job_unfinished"
    status = 409

    def __init__(self) -> None:
        super().__init__("the job has not finished")


class OverloadedError(ServiceError):
    """The request may succeed later.

    Attributes:
        retry_after_s: When to try again, in seconds from now.
    """

    code = "overloaded"
    status = 503

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class QueueFullError(OverloadedError):
    """As many requests are waiting as may wait."""

    code = "queue_full"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("too many requests are waiting", retry_after_s)


class JobsFullError(OverloadedError):
    """As many jobs are kept as may be, finished ones whose result nobody fetched included."""

    code = "jobs_full"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("too many jobs are running, or waiting for their results to be fetched", retry_after_s)


class DeadlineError(OverloadedError):
    """The time that a request may take is over."""

    code = "deadline_exceeded"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("the request took too long", retry_after_s)


class DrainingError(OverloadedError):
    """The service finishes what it took and takes nothing new."""

    code = "draining"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("the service is about to stop", retry_after_s)
