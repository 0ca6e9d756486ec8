"""When work that failed is tried again."""

from __future__ import annotations

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

LONGEST = 600  # seconds: what was down for a day is met again within ten minutes
ATTEMPTS = 1000  # about a week; what fails for longer needs somebody who looks at it


class Again(BaseRetryStrategy):
    """Two seconds after the first failure, each time twice as long, never longer than LONGEST."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """After how many seconds; None when it was tried often enough, and the job stays as failed."""
        if job.attempts >= ATTEMPTS:
            return None
        doublings = min(job.attempts + 1, LONGEST.bit_length())
        return RetryDecision(retry_in={"seconds": min(2**doublings, LONGEST)})
