"""Typed errors of the server: RFC 9457 ``application/problem+json`` for programs, a page for people.

Every problem names its type, status and what was wrong; a bad parameter is named.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

__all__ = ["BadParameter", "Problem", "ProblemDocument", "ProblemError", "describe_problem", "problem_response"]


class BadParameter(BaseModel):
    """One parameter that cannot be used."""

    model_config = ConfigDict(extra="forbid")
    parameter: str
    reason: str


class ProblemDocument(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(extra="forbid")
    type: str
    title: str
    status: int
    detail: str
    parameters: list[BadParameter] = []


class ProblemError(Exception):
    """Raised by a route to end the request with a problem."""

    def __init__(self, problem: ProblemDocument, headers: dict[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = headers or {}


class Problem:
    """The problems there are."""

    @staticmethod
    def not_found(kind: str, key: str) -> ProblemError:
        """No such thing in the current snapshot."""
        return ProblemError(
            ProblemDocument(
                type=f"urn:samestory:problem:no-such-{kind}",
                title=f"No such {kind}",
                status=404,
                detail=f"The current snapshot has no {kind} {key[:120]!r}.",
            )
        )

    @staticmethod
    def bad_parameters(parameters: list[BadParameter]) -> ProblemError:
        """A parameter is missing or cannot be used."""
        named = "; ".join(f"{p.parameter}: {p.reason}" for p in parameters)
        return ProblemError(
            ProblemDocument(
                type="urn:samestory:problem:bad-parameter",
                title="A parameter cannot be used",
                status=422,
                detail=named[:500],
                parameters=parameters,
            )
        )


def describe_problem(description: str) -> dict[str, Any]:
    """Give the OpenAPI response of a problem."""
    schema = ProblemDocument.model_json_schema()
    schema["properties"]["parameters"]["items"] = schema.pop("$defs")["BadParameter"]
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def problem_response(problem: ProblemDocument, headers: dict[str, str] | None = None) -> JSONResponse:
    """Give the problem as JSON."""
    content: dict[str, Any] = problem.model_dump(exclude_defaults=True)
    return JSONResponse(
        content, problem.status, {"Cache-Control": "no-store", **(headers or {})}, "application/problem+json"
    )
