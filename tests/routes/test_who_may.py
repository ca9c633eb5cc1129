"""Permissions: every route, requested by every kind of caller. A route that is missing here fails."""

import json
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from chalicelib.books.possible_pairs import review_id_of
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access
from chalicelib.foundation.scopes import Scope
from chalicelib.jobs.new_job import NewJob
from chalicelib.leads.erasing.erasure_job import ERASURE_LANE, LEAD_ERASURE, erasure_details
from tests.fakes.issuer import FakeIssuer
from tests.routes.file_imports import plan
from tests.routes.service import CRON_SECRET, Service, ServiceResponse, jar_of

ROUTES = {(route.method, route.path): route for route in Service().app.router.routes}
"""The route table of the service itself."""

EVERYBODY = ("anonymous", "other person", "owner", "operator", "viewer", "cron")

# What each of them is answered, in the order of EVERYBODY. An operator looks after the service and has a book of their
# own: other people's imports and contacts are nothing to them.
OPEN = (200, 200, 200, 200, 200, 200)
ONES_OWN = (401, 404, 200, 404, 401, 401)  # something of Ann's
ONES_JOB = (401, 404, 200, 404, 200, 401)  # Ann's import, which the browser that began it may look at
ACCEPTED = (401, 404, 202, 404, 401, 401)  # a change of something of Ann's, which a job carries out
EVERY_PERSON = (401, 200, 200, 200, 401, 401)  # each gets what is their own
PAGE_ACTS = (401, 303, 303, 303, 401, 401)  # the page then says what was done, or that nothing is there any more
OPERATORS = (401, 403, 403, 200, 401, 401)  # of the whole service
ORGANIZATION = (401, 404, 200, 404, 401, 401)  # Ann is an admin of acme; for others there is no such organization
ORGANIZATION_FORM = (401, 404, 303, 404, 401, 401)
EXPECTED = {
    ("GET", "/"): OPEN,
    ("GET", "/style.css"): OPEN,
    ("GET", "/page.js"): OPEN,
    ("GET", "/uploads.js"): OPEN,
    ("GET", "/sign-in"): (302,) * 6,
    ("GET", "/sign-in/callback"): (400,) * 6,  # what counts is the attempt, and there is none
    ("POST", "/sign-out"): (401, 303, 303, 303, 401, 401),
    ("GET", "/icon.svg"): OPEN,
    ("GET", "/api/v1/openapi.json"): OPEN,
    ("GET", "/docs"): OPEN,
    ("GET", "/docs/versions"): OPEN,
    ("GET", "/docs/guide.md"): OPEN,
    ("GET", "/docs/versions.md"): OPEN,
    ("GET", "/docs/problems.md"): OPEN,
    ("GET", "/problems"): OPEN,
    ("GET", "/problems/{slug}"): OPEN,
    ("GET", "/llms.txt"): OPEN,
    ("GET", "/api/v1/contacts/import/{provider}/start"): EVERY_PERSON,
    ("POST", "/api/v1/contacts/import/{provider}/token"): (401, 404, 404, 404, 401, 401),  # Google takes none
    ("GET", "/api/v1/contacts/import/{provider}/callback"): (400,) * 6,  # what counts is the state, and there is none
    ("POST", "/api/v1/contacts/import/confirm"): (400,) * 6,  # what counts is the key, and it is made up
    ("GET", "/api/v1/contacts/import/status/{job_id}"): ONES_JOB,
    ("GET", "/api/v1/imports/{job_id}"): ONES_JOB,
    ("GET", "/imports/{job_id}"): ONES_JOB,
    ("GET", "/imports"): EVERY_PERSON,
    ("GET", "/imports/{job_id}/contacts"): ONES_OWN,
    ("POST", "/imports/{job_id}/cancel"): (401, 404, 409, 404, 401, 401),  # it has finished
    ("POST", "/imports/{job_id}/retry"): (401, 404, 303, 404, 401, 401),
    ("POST", "/imports/{job_id}/removals"): (401, 404, 409, 404, 401, 401),  # it holds none back
    ("GET", "/accounts"): EVERY_PERSON,
    ("GET", "/accounts/connect/{provider}"): (401, 302, 302, 302, 401, 401),
    ("GET", "/accounts/connect/{provider}/token"): (401, 404, 404, 404, 401, 401),  # Google takes none
    ("POST", "/accounts/connect/{provider}/token"): (401, 404, 404, 404, 401, 401),
    ("GET", "/accounts/{connection_id}/disconnect"): ONES_OWN,
    ("GET", "/accounts/{connection_id}/choices"): ONES_OWN,
    ("POST", "/accounts/{connection_id}/choices"): ONES_OWN,
    ("POST", "/accounts/{connection_id}/import"): (401, 404, 303, 404, 401, 401),
    ("POST", "/accounts/{connection_id}/refresh"): (401, 404, 303, 404, 401, 401),
    ("POST", "/accounts/{connection_id}/disconnect"): (401, 404, 303, 404, 401, 401),
    ("GET", "/contacts"): EVERY_PERSON,
    ("GET", "/contacts/new"): EVERY_PERSON,
    ("GET", "/contacts/deleted"): EVERY_PERSON,
    ("GET", "/api/v1/contacts/deleted"): EVERY_PERSON,
    ("POST", "/contacts/new"): (401, 303, 303, 303, 401, 401),
    ("GET", "/contacts/{contact_id}"): ONES_OWN,
    ("GET", "/contacts/{contact_id}/edit"): ONES_OWN,
    ("POST", "/contacts/{contact_id}/edit"): (401, 404, 303, 404, 401, 401),
    ("GET", "/contacts/{contact_id}/delete"): ONES_OWN,
    ("POST", "/contacts/{contact_id}/delete"): (401, 404, 303, 404, 401, 401),
    ("GET", "/me"): EVERY_PERSON,
    ("GET", "/me/activity"): EVERY_PERSON,
    ("GET", "/me/erase"): EVERY_PERSON,
    ("POST", "/me/erase"): (401, 303, 303, 303, 401, 401),
    ("GET", "/erasing/{job_id}"): (401, 404, 404, 404, 404, 401),  # it is no erasure
    ("GET", "/api/v1/imports"): EVERY_PERSON,
    ("GET", "/api/v1/imports/{job_id}/ledger"): ONES_OWN,
    ("GET", "/api/v1/imports/{job_id}/ledger.csv"): ONES_OWN,
    ("GET", "/api/v1/imports/{job_id}/verify"): ONES_OWN,
    ("POST", "/api/v1/imports/{job_id}/cancel"): (401, 404, 409, 404, 401, 401),  # it has finished
    ("POST", "/api/v1/imports/{job_id}/retry"): (401, 404, 202, 404, 401, 401),
    ("POST", "/api/v1/imports/{job_id}/removals"): (401, 404, 409, 404, 401, 401),  # it holds none back
    ("GET", "/api/v1/connections"): EVERY_PERSON,
    ("GET", "/api/v1/connections/{connection_id}"): ONES_OWN,
    ("POST", "/api/v1/connections/{connection_id}/import"): (401, 404, 202, 404, 401, 401),
    ("PUT", "/api/v1/connections/{connection_id}/refresh"): ONES_OWN,
    ("GET", "/api/v1/connections/{connection_id}/choices"): ONES_OWN,
    ("PUT", "/api/v1/connections/{connection_id}/choices"): ONES_OWN,
    ("POST", "/api/v1/connections/{connection_id}/choices/preview"): ONES_OWN,
    ("DELETE", "/api/v1/connections/{connection_id}"): (401, 404, 202, 404, 401, 401),
    ("GET", "/api/v1/contacts"): EVERY_PERSON,
    ("POST", "/api/v1/contacts"): (401, 201, 201, 201, 401, 401),
    ("GET", "/api/v1/contacts/changes"): EVERY_PERSON,
    ("GET", "/api/v1/contacts/export"): EVERY_PERSON,
    ("GET", "/api/v1/contacts/{contact_id}"): ONES_OWN,
    ("GET", "/api/v1/contacts/{contact_id}/history"): ONES_OWN,
    ("POST", "/api/v1/contacts/bulk"): (401, 202, 202, 202, 401, 401),
    ("GET", "/api/v1/contacts/bulk"): EVERY_PERSON,
    ("GET", "/api/v1/contacts/bulk/{job_id}"): ONES_OWN,
    ("GET", "/api/v1/contacts/bulk/{job_id}/items"): ONES_OWN,
    ("GET", "/api/v1/contacts/bulk/{job_id}/items.csv"): ONES_OWN,
    ("POST", "/api/v1/contacts/bulk/{job_id}/cancel"): ONES_OWN,
    ("POST", "/api/v1/contacts/bulk/cleanup"): (401, 202, 202, 202, 401, 401),  # the key of a run that does not exist
    ("GET", "/api/v1/contacts/bulk/cleanup/{job_id}"): ONES_OWN,
    ("GET", "/api/v1/runs/{job_id}/undo"): ONES_OWN,
    ("POST", "/api/v1/runs/{job_id}/undo"): ACCEPTED,
    ("GET", "/api/v1/undos/{job_id}"): ONES_OWN,
    ("GET", "/api/v1/undos/{job_id}/results"): ONES_OWN,
    ("POST", "/api/v1/contacts/{contact_id}/restore"): ONES_OWN,  # it is there
    ("GET", "/runs/{job_id}/undo"): ONES_OWN,
    ("POST", "/runs/{job_id}/undo"): (401, 404, 303, 404, 401, 401),
    ("GET", "/undos/{job_id}"): ONES_OWN,
    ("POST", "/contacts/{contact_id}/restore"): (401, 404, 303, 404, 401, 401),
    ("GET", "/api/v1/file-imports/{import_id}/compare"): ONES_OWN,
    ("GET", "/api/v1/file-imports/{import_id}/compare.csv"): ONES_OWN,
    ("POST", "/api/v1/collections"): (401, 201, 201, 201, 401, 401),
    ("GET", "/api/v1/collections"): EVERY_PERSON,
    ("GET", "/api/v1/collections/{collection_id}"): ONES_OWN,
    ("PATCH", "/api/v1/collections/{collection_id}"): ONES_OWN,
    ("DELETE", "/api/v1/collections/{collection_id}"): (401, 404, 204, 404, 401, 401),
    ("GET", "/api/v1/collections/{collection_id}/members"): ONES_OWN,
    ("POST", "/api/v1/collections/{collection_id}/members"): ONES_OWN,
    ("DELETE", "/api/v1/collections/{collection_id}/members/{contact_id}"): (401, 404, 204, 404, 401, 401),
    ("GET", "/api/v1/collections/{collection_id}/shares"): ONES_OWN,
    ("PUT", "/api/v1/collections/{collection_id}/shares/{person}"): ONES_OWN,
    ("DELETE", "/api/v1/collections/{collection_id}/shares/{person}"): (401, 404, 204, 404, 401, 401),
    ("GET", "/api/v1/collections/invitations"): EVERY_PERSON,
    ("POST", "/api/v1/collections/invitations/{collection_id}/accept"): (401, 404, 200, 404, 401, 401),  # she is in it
    ("POST", "/api/v1/collections/invitations/{collection_id}/decline"): (
        401,
        404,
        404,
        404,
        401,
        401,
    ),  # none is open
    ("GET", "/api/v1/collections/blocked"): EVERY_PERSON,
    ("PUT", "/api/v1/collections/blocked/{person}"): EVERY_PERSON,
    ("DELETE", "/api/v1/collections/blocked/{person}"): (401, 204, 204, 204, 401, 401),
    ("GET", "/collections"): EVERY_PERSON,
    ("POST", "/collections"): (401, 422, 422, 422, 401, 401),  # without a name
    ("GET", "/collections/{collection_id}"): ONES_OWN,
    ("POST", "/collections/{collection_id}"): (401, 404, 422, 404, 401, 401),  # no known form
    ("GET", "/collections/{collection_id}/delete"): ONES_OWN,
    ("POST", "/collections/{collection_id}/delete"): (401, 404, 303, 404, 401, 401),
    ("GET", "/shared"): EVERY_PERSON,
    ("POST", "/shared/{collection_id}/accept"): PAGE_ACTS,
    ("POST", "/shared/{collection_id}/decline"): PAGE_ACTS,
    ("POST", "/shared/{collection_id}/block"): PAGE_ACTS,
    ("POST", "/shared/{collection_id}/leave"): (401, 303, 409, 303, 401, 401),  # an owner cannot
    ("POST", "/shared/unblock"): PAGE_ACTS,
    ("POST", "/api/v1/file-imports"): (401, 201, 201, 201, 401, 401),
    ("POST", "/api/v1/file-imports/{import_id}/uploaded"): ACCEPTED,
    ("GET", "/api/v1/file-imports"): EVERY_PERSON,
    ("GET", "/api/v1/file-imports/{import_id}"): ONES_OWN,
    ("PATCH", "/api/v1/file-imports/{import_id}"): ACCEPTED,
    ("GET", "/api/v1/file-imports/{import_id}/fields"): ONES_OWN,
    ("PUT", "/api/v1/file-imports/{import_id}/fields"): ACCEPTED,
    ("GET", "/api/v1/file-imports/{import_id}/plan"): ONES_OWN,
    ("GET", "/api/v1/file-imports/{import_id}/plan/gone"): ONES_OWN,
    ("GET", "/api/v1/file-imports/{import_id}/records"): ONES_OWN,
    ("POST", "/api/v1/file-imports/{import_id}/decisions"): (401, 404, 409, 404, 401, 401),  # nothing was committed
    ("GET", "/api/v1/file-imports/{import_id}/verify"): (401, 404, 409, 404, 401, 401),  # nothing was committed
    ("GET", "/api/v1/file-imports/{import_id}/reports/{report}"): (401, 404, 409, 404, 401, 401),  # not committed
    ("PATCH", "/api/v1/file-imports/{import_id}/records/{number}"): ACCEPTED,
    ("POST", "/api/v1/file-imports/{import_id}/records/leave-out"): ACCEPTED,
    ("POST", "/api/v1/file-imports/{import_id}/records/take-in"): ACCEPTED,
    ("POST", "/api/v1/file-imports/{import_id}/commit"): (401, 404, 409, 404, 401, 401),  # it is another plan
    ("POST", "/api/v1/file-imports/{import_id}/cancel"): ONES_OWN,
    ("GET", "/bulk"): EVERY_PERSON,
    ("POST", "/bulk"): (401, 422, 422, 422, 401, 401),  # no file was chosen
    ("GET", "/bulk/{job_id}"): ONES_OWN,
    ("POST", "/bulk/{job_id}/create"): (401, 404, 409, 404, 401, 401),  # hers is no dry run
    ("POST", "/bulk/{job_id}/cancel"): (401, 404, 303, 404, 401, 401),
    ("POST", "/bulk/{job_id}/clean-up"): (401, 404, 303, 404, 401, 401),
    ("POST", "/bulk/{job_id}/delete"): (401, 404, 404, 404, 401, 401),  # hers is no cleanup
    ("GET", "/file-imports"): EVERY_PERSON,
    ("POST", "/file-imports"): (401, 422, 422, 422, 401, 401),  # no file was chosen
    ("GET", "/file-imports/samples/{name}"): EVERY_PERSON,
    ("GET", "/file-imports/{import_id}"): ONES_OWN,
    ("GET", "/file-imports/{import_id}/columns"): ONES_OWN,
    ("GET", "/file-imports/{import_id}/compare"): ONES_OWN,
    ("GET", "/file-imports/{import_id}/gone"): ONES_OWN,
    ("GET", "/file-imports/{import_id}/rows/{position}"): ONES_OWN,
    ("POST", "/file-imports/{import_id}/settings"): (401, 404, 303, 404, 401, 401),
    ("POST", "/file-imports/{import_id}/columns"): (401, 404, 303, 404, 401, 401),
    ("POST", "/file-imports/{import_id}/rows"): (401, 404, 303, 404, 401, 401),
    ("POST", "/file-imports/{import_id}/commit"): (401, 404, 409, 404, 401, 401),  # it names no plan
    ("POST", "/file-imports/{import_id}/cancel"): (401, 404, 303, 404, 401, 401),
    ("GET", "/api/v1/reviews"): EVERY_PERSON,
    ("POST", "/api/v1/reviews/find-duplicates"): (401, 202, 202, 202, 401, 401),
    ("GET", "/api/v1/reviews/find-duplicates"): EVERY_PERSON,
    ("GET", "/api/v1/reviews/find-duplicates/{job_id}"): ONES_OWN,
    ("GET", "/api/v1/reviews/{review_id}"): ONES_OWN,
    ("POST", "/api/v1/reviews/{review_id}/decision"): ONES_OWN,
    ("DELETE", "/api/v1/reviews/{review_id}/decision"): (401, 404, 404, 404, 401, 401),  # nothing was decided
    ("POST", "/contacts/{contact_id}/unmerge"): (401, 404, 404, 404, 401, 401),  # it was not merged
    ("POST", "/api/v1/reviews/certain"): (401, 409, 409, 409, 401, 401),  # none of their pairs is certain
    ("POST", "/api/v1/reviews/like"): (401, 404, 404, 404, 401, 401),  # the pair does not wait
    ("GET", "/api/v1/reviews/like/{job_id}"): (401, 404, 404, 404, 401, 401),  # it is another job
    ("POST", "/api/v1/reviews/like/{job_id}/undo"): (401, 404, 404, 404, 401, 401),
    ("GET", "/review/{review_id}/like"): (401, 404, 404, 404, 401, 401),  # the pair does not wait
    ("POST", "/review/{review_id}/like"): (401, 404, 404, 404, 401, 401),
    ("GET", "/review/jobs/{job_id}"): (401, 404, 404, 404, 401, 401),  # it is another job
    ("POST", "/review/jobs/{job_id}/undo"): (401, 404, 404, 404, 401, 401),
    ("GET", "/review"): EVERY_PERSON,
    ("GET", "/review/certain"): EVERY_PERSON,
    ("POST", "/review/certain"): (401, 409, 409, 409, 401, 401),  # none of their pairs is certain
    ("POST", "/review/search"): PAGE_ACTS,
    ("GET", "/review/{review_id}"): ONES_OWN,
    ("POST", "/review/{review_id}"): (401, 404, 303, 404, 401, 401),
    ("POST", "/review/{review_id}/undo"): (401, 404, 404, 404, 401, 401),  # nothing was decided
    ("POST", "/graphql"): EVERY_PERSON,
    ("PATCH", "/api/v1/contacts/{contact_id}"): ONES_OWN,
    ("DELETE", "/api/v1/contacts/{contact_id}"): (401, 404, 204, 404, 401, 401),
    ("POST", "/api/v1/contacts/{contact_id}/merge"): (401, 404, 404, 404, 401, 401),  # with one that does not exist
    ("POST", "/api/v1/contacts/{contact_id}/unmerge"): (401, 404, 404, 404, 401, 401),  # it was not merged
    ("POST", "/api/v1/contacts/{contact_id}/split"): (401, 404, 422, 404, 401, 401),  # it has no such record
    ("PUT", "/api/v1/contacts/{contact_id}/enrichment"): ONES_OWN,
    ("POST", "/contacts/{contact_id}/enrichment"): (401, 404, 303, 404, 401, 401),
    ("GET", "/api/cron/process-imports"): (401, 401, 401, 401, 401, 200),
    ("POST", "/api/cron/process-imports"): (401, 401, 401, 401, 401, 200),
    ("DELETE", "/api/v1/me"): (401, 202, 202, 202, 401, 401),
    ("GET", "/api/v1/me/activity"): EVERY_PERSON,
    ("GET", "/api/v1/operator/activity"): OPERATORS,
    ("GET", "/operator/activity"): OPERATORS,
    ("GET", "/api/v1/me/enrichment"): EVERY_PERSON,
    ("PUT", "/api/v1/me/enrichment"): EVERY_PERSON,
    ("POST", "/me/enrichment"): PAGE_ACTS,
    ("GET", "/api/v1/me/service-clients"): EVERY_PERSON,
    ("DELETE", "/api/v1/me/service-clients/{client}"): (401, 404, 204, 404, 401, 401),
    ("GET", "/me/service-clients/grant"): (401, 404, 404, 404, 401, 401),  # it names no client
    ("POST", "/me/service-clients/grant"): PAGE_ACTS,
    ("POST", "/me/service-clients/revoke"): (401, 404, 303, 404, 401, 401),
    ("GET", "/api/v1/me/emails"): EVERY_PERSON,
    ("PUT", "/api/v1/me/emails"): EVERY_PERSON,
    ("POST", "/me/emails"): PAGE_ACTS,
    ("GET", "/emails/unsubscribe/{token}"): OPEN,  # only asks
    ("POST", "/emails/unsubscribe/{token}"): (404,) * 6,  # what counts is the signature, and it is made up
    ("GET", "/api/v1/operator/enrichment"): OPERATORS,
    ("GET", "/api/v1/operator/enrichment/{vendor}"): OPERATORS,
    ("PATCH", "/api/v1/operator/enrichment/{vendor}"): OPERATORS,
    ("POST", "/api/v1/operator/enrichment/{vendor}/run"): (401, 403, 403, 409, 401, 401),  # it is off
    ("POST", "/api/v1/operator/enrichment/{vendor}/stop"): (401, 403, 403, 409, 401, 401),  # no run is under way
    ("GET", "/api/v1/operator/enrichment/{vendor}/counts"): OPERATORS,
    ("GET", "/api/v1/operator/enrichment/{vendor}/runs"): OPERATORS,
    ("GET", "/api/v1/operator/enrichment/{vendor}/runs/{job_id}"): (401, 403, 403, 404, 401, 401),  # it never ran
    ("POST", "/api/v1/operator/enrichment/{vendor}/runs/{job_id}/undo"): (401, 403, 403, 404, 401, 401),
    ("POST", "/api/v1/operator/enrichment/{vendor}/runs/{job_id}/ask-again"): (401, 403, 403, 404, 401, 401),
    ("POST", "/operator/enrichment/{vendor}/runs/{job_id}/ask-again"): (401, 403, 403, 404, 401, 401),
    ("POST", "/api/v1/operator/enrichment/{vendor}/previews"): (401, 403, 403, 202, 401, 401),
    ("GET", "/api/v1/operator/enrichment/{vendor}/previews/{job_id}"): (401, 403, 403, 404, 401, 401),
    ("GET", "/enrichment/reasons"): EVERY_PERSON,
    ("GET", "/operator/enrichment"): OPERATORS,
    ("GET", "/operator/enrichment/{vendor}"): OPERATORS,
    ("GET", "/operator/enrichment/{vendor}/runs/{job_id}"): (401, 403, 403, 404, 401, 401),
    ("GET", "/operator/enrichment/{vendor}/previews/{job_id}"): (401, 403, 403, 404, 401, 401),
    ("POST", "/operator/enrichment/{vendor}/control"): (401, 403, 403, 422, 401, 401),  # no form of the page
    ("POST", "/operator/enrichment/{vendor}/run"): (401, 403, 403, 409, 401, 401),
    ("POST", "/operator/enrichment/{vendor}/stop"): (401, 403, 403, 409, 401, 401),
    ("POST", "/operator/enrichment/{vendor}/previews"): (401, 403, 403, 303, 401, 401),
    ("POST", "/operator/enrichment/{vendor}/runs/{job_id}/undo"): (401, 403, 403, 404, 401, 401),
    ("GET", "/api/v1/operator/jobs"): OPERATORS,
    ("GET", "/api/v1/operator/jobs/{job_id}"): OPERATORS,
    ("POST", "/api/v1/operator/jobs/{job_id}/cancel"): (401, 403, 403, 409, 401, 401),  # it has finished
    ("POST", "/api/v1/operator/jobs/{job_id}/retry"): (401, 403, 403, 202, 401, 401),
    ("POST", "/api/v1/operator/schedule"): OPERATORS,
    ("GET", "/operator/jobs"): OPERATORS,
    ("GET", "/operator/health"): OPERATORS,
    ("POST", "/operator/jobs/{job_id}/cancel"): (401, 403, 403, 409, 401, 401),
    ("POST", "/operator/jobs/{job_id}/retry"): (401, 403, 403, 303, 401, 401),
    ("POST", "/operator/schedule"): (401, 403, 403, 303, 401, 401),
    ("POST", "/organizations/{org}/leads/resolve-batch"): ORGANIZATION,
    ("POST", "/api/v1/organizations/{org}/leads/resolve-batch"): ORGANIZATION,
    ("GET", "/organizations"): EVERY_PERSON,
    ("GET", "/organizations/{org}/leads"): ORGANIZATION,
    ("GET", "/organizations/{org}/leads/{lead_id}"): ORGANIZATION,
    ("GET", "/organizations/{org}/leads/{lead_id}/edit"): ORGANIZATION,
    ("POST", "/organizations/{org}/leads/{lead_id}/edit"): ORGANIZATION_FORM,
    ("POST", "/organizations/{org}/leads/{lead_id}/identities"): ORGANIZATION_FORM,
    ("POST", "/organizations/{org}/leads/{lead_id}/identities/{identity_key}/move"): (401, 404, 422, 404, 401, 401),
    ("POST", "/organizations/{org}/leads/{lead_id}/identities/{identity_key}/remove"): ORGANIZATION_FORM,
    ("GET", "/organizations/{org}/leads/{lead_id}/delete"): ORGANIZATION,
    ("POST", "/organizations/{org}/leads/{lead_id}/delete"): ORGANIZATION_FORM,
    ("GET", "/organizations/{org}/leads/{lead_id}/erase"): ORGANIZATION,
    ("POST", "/organizations/{org}/leads/{lead_id}/erase"): ORGANIZATION_FORM,
    ("GET", "/organizations/{org}/leads/imports"): ORGANIZATION,
    ("POST", "/organizations/{org}/leads/imports"): (401, 404, 422, 404, 401, 401),  # no file was chosen
    ("GET", "/organizations/{org}/leads/imports/columns"): (401, 404, 404, 404, 401, 401),  # no file is named
    ("POST", "/organizations/{org}/leads/imports/columns"): ORGANIZATION_FORM,
    ("GET", "/organizations/{org}/leads/imports/{job_id}"): ORGANIZATION,
    ("POST", "/organizations/{org}/leads/imports/{job_id}/cancel"): ORGANIZATION_FORM,
    ("POST", "/organizations/{org}/leads/imports/{job_id}/retry"): (401, 404, 409, 404, 401, 401),  # it runs
    ("GET", "/organizations/{org}/leads/imports/{job_id}/undo"): ORGANIZATION,  # it says why that is not possible
    ("POST", "/organizations/{org}/leads/imports/{job_id}/undo"): (401, 404, 409, 404, 401, 401),
    ("GET", "/api/v1/organizations/{org}/leads"): ORGANIZATION,
    ("GET", "/api/v1/organizations/{org}/leads/{lead_id}"): ORGANIZATION,
    ("PATCH", "/api/v1/organizations/{org}/leads/{lead_id}"): ORGANIZATION,
    ("DELETE", "/api/v1/organizations/{org}/leads/{lead_id}"): (401, 404, 204, 404, 401, 401),
    ("POST", "/api/v1/organizations/{org}/leads/{lead_id}/identities"): ORGANIZATION,
    ("DELETE", "/api/v1/organizations/{org}/leads/{lead_id}/identities/{identity_key}"): ORGANIZATION,
    ("POST", "/api/v1/organizations/{org}/leads/{lead_id}/identities/{identity_key}/move"): (
        401,
        404,
        404,
        404,
        401,
        401,
    ),  # to a lead that does not exist
    ("POST", "/api/v1/organizations/{org}/leads/erase"): ORGANIZATION,
    ("GET", "/api/v1/organizations/{org}/leads/erasures/{job_id}"): ORGANIZATION,
    ("POST", "/api/v1/organizations/{org}/leads/exports"): (401, 404, 202, 404, 401, 401),
    ("GET", "/api/v1/organizations/{org}/leads/exports/{job_id}"): ORGANIZATION,
    **{
        (method, prefix + path): answers
        for prefix in ("", "/api/v1")
        for method, path, answers in (
            ("POST", "/organizations/{org}/leads/import", (401, 404, 202, 404, 401, 401)),
            ("POST", "/organizations/{org}/leads/uploads", (401, 404, 201, 404, 401, 401)),
            ("POST", "/organizations/{org}/leads/uploads/multipart", (401, 404, 201, 404, 401, 401)),
            ("POST", "/organizations/{org}/leads/uploads/multipart/parts", ORGANIZATION),
            ("POST", "/organizations/{org}/leads/uploads/multipart/complete", (401, 404, 422, 404, 401, 401)),
            ("POST", "/organizations/{org}/leads/uploads/multipart/abort", (401, 404, 204, 404, 401, 401)),
            ("GET", "/organizations/{org}/leads/import", ORGANIZATION),
            ("GET", "/organizations/{org}/leads/import/{job_id}", ORGANIZATION),
            ("POST", "/organizations/{org}/leads/import/{job_id}/cancel", (401, 404, 202, 404, 401, 401)),
            ("POST", "/organizations/{org}/leads/import/{job_id}/retry", (401, 404, 409, 404, 401, 401)),  # it runs
            ("GET", "/organizations/{org}/leads/import/{job_id}/undo", (401, 404, 409, 404, 401, 401)),
            ("POST", "/organizations/{org}/leads/import/{job_id}/undo", (401, 404, 409, 404, 401, 401)),
        )
    },
    ("GET", "/sources"): EVERY_PERSON,
    ("POST", "/sources"): (401, 201, 201, 201, 401, 401),
    ("GET", "/sources/{source}"): ONES_OWN,
    ("GET", "/sources/{source}/delete"): ONES_OWN,
    ("POST", "/sources/{source}/rotate"): ONES_OWN,
    ("POST", "/sources/{source}/state"): (401, 404, 303, 404, 401, 401),
    ("POST", "/sources/{source}/reading"): (401, 404, 303, 404, 401, 401),
    ("POST", "/sources/{source}/replay"): (401, 404, 303, 404, 401, 401),
    ("POST", "/sources/{source}/delete"): (401, 404, 303, 404, 401, 401),
    ("GET", "/organizations/{org}/sources"): ORGANIZATION,
    ("POST", "/organizations/{org}/sources"): (401, 404, 201, 404, 401, 401),
    ("GET", "/organizations/{org}/sources/{source}"): ORGANIZATION,
    ("GET", "/organizations/{org}/sources/{source}/delete"): ORGANIZATION,
    ("POST", "/organizations/{org}/sources/{source}/rotate"): ORGANIZATION,
    ("POST", "/organizations/{org}/sources/{source}/state"): ORGANIZATION_FORM,
    ("POST", "/organizations/{org}/sources/{source}/reading"): ORGANIZATION_FORM,
    ("POST", "/organizations/{org}/sources/{source}/replay"): ORGANIZATION_FORM,
    ("POST", "/organizations/{org}/sources/{source}/delete"): ORGANIZATION_FORM,
    ("POST", "/api/v1/ingest/{source}"): (401,) * 6,  # what counts is the key of the source, and there is none
    ("POST", "/api/v1/sources"): (401, 201, 201, 201, 401, 401),
    ("GET", "/api/v1/sources"): EVERY_PERSON,
    ("GET", "/api/v1/sources/{source}"): ONES_OWN,
    ("PATCH", "/api/v1/sources/{source}"): ONES_OWN,
    ("DELETE", "/api/v1/sources/{source}"): (401, 404, 204, 404, 401, 401),
    ("POST", "/api/v1/sources/{source}/rotate"): ONES_OWN,
    ("GET", "/api/v1/sources/{source}/records"): ONES_OWN,
    ("GET", "/api/v1/sources/{source}/failed"): ONES_OWN,
    ("POST", "/api/v1/sources/{source}/failed/replay"): ACCEPTED,
    ("POST", "/api/v1/sources/{source}/plan"): ONES_OWN,
    **{
        (method, base + path): tuple(status if answer == 200 else answer for answer in answers)
        for base, answers_to_all, answers_to_one in (
            ("/api/v1/webhooks", EVERY_PERSON, ONES_OWN),
            ("/api/v1/organizations/{org}/webhooks", ORGANIZATION, ORGANIZATION),
            ("/api/v1/operator/webhooks", OPERATORS, OPERATORS),
        )
        for method, path, status, answers in (
            ("GET", "", 200, answers_to_all),
            ("POST", "", 201, answers_to_all),
            ("GET", "/{endpoint_id}", 200, answers_to_one),
            ("PATCH", "/{endpoint_id}", 200, answers_to_one),
            ("DELETE", "/{endpoint_id}", 204, answers_to_one),
            ("POST", "/{endpoint_id}/rotate", 200, answers_to_one),
            ("POST", "/{endpoint_id}/pause", 200, answers_to_one),
            ("POST", "/{endpoint_id}/resume", 200, answers_to_one),
            ("POST", "/{endpoint_id}/test", 202, answers_to_one),
            ("GET", "/{endpoint_id}/deliveries", 200, answers_to_one),
            ("POST", "/{endpoint_id}/deliveries/{delivery_id}/replay", 202, answers_to_one),
            ("POST", "/{endpoint_id}/replay", 202, answers_to_one),
        )
    },
    **{
        (method, f"/api/v1/organizations/{{org}}/sources{path}"): answers
        for method, path, answers in (
            ("POST", "", (401, 404, 201, 404, 401, 401)),
            ("GET", "", ORGANIZATION),
            ("GET", "/{source}", ORGANIZATION),
            ("PATCH", "/{source}", ORGANIZATION),
            ("DELETE", "/{source}", (401, 404, 204, 404, 401, 401)),
            ("POST", "/{source}/rotate", ORGANIZATION),
            ("GET", "/{source}/records", ORGANIZATION),
            ("GET", "/{source}/failed", ORGANIZATION),
            ("POST", "/{source}/failed/replay", (401, 404, 202, 404, 401, 401)),
            ("POST", "/{source}/plan", (401, 404, 202, 404, 401, 401)),
        )
    },
    **{
        (method, base + path): tuple(status if answer == 200 else answer for answer in answers)
        for base, answers_to_all, answers_to_one in (
            ("/webhooks", EVERY_PERSON, ONES_OWN),
            ("/organizations/{org}/webhooks", ORGANIZATION, ORGANIZATION),
            ("/operator/webhooks", OPERATORS, OPERATORS),
        )
        for method, path, status, answers in (
            ("GET", "", 200, answers_to_all),
            ("POST", "", 201, answers_to_all),
            ("GET", "/{endpoint_id}", 200, answers_to_one),
            ("POST", "/{endpoint_id}", 303, answers_to_one),
        )
    },
    ("GET", "/api/v1/health"): OPEN,
    ("GET", "/api/v1/health/deep"): (401, 403, 403, 503, 401, 401),  # the schedule never ran here
}
ACME = {"acme": ["admin"]}
MAIL = {"channel": "email", "channelIdentifier": "maria@x.org"}
LEADS = [{"channel": "whatsapp", "channelIdentifier": "+5511987654321"}]
LEAD_FILE = {"s3Key": "imports/acme/contacts.csv"}
UPLOADS = "/organizations/{org}/leads/uploads"
ANNOUNCED = {"fileName": "contacts.csv", "size": 100}
STORED_UPLOAD = {**LEAD_FILE, "uploadId": "upload-1"}  # the first one of the fake bucket
WEBHOOKS = ("/api/v1/webhooks", "/api/v1/organizations/{org}/webhooks", "/api/v1/operator/webhooks")
BODIES = {
    **{base: {"url": "https://hooks.example.com/"} for base in WEBHOOKS},
    **{f"{base}/{{endpoint_id}}": {"description": "Ours"} for base in WEBHOOKS},
    **{f"{base}/{{endpoint_id}}/replay": {"since": "2026-03-01T00:00:00Z"} for base in WEBHOOKS},
    **{
        prefix + path: body
        for prefix in ("", "/api/v1")
        for path, body in {
            "/organizations/{org}/leads/import": LEAD_FILE,
            UPLOADS: ANNOUNCED,
            f"{UPLOADS}/multipart": ANNOUNCED,
            f"{UPLOADS}/multipart/parts": {**STORED_UPLOAD, "size": 100},
            f"{UPLOADS}/multipart/complete": {
                **STORED_UPLOAD,
                "size": 5,
                "parts": [{"partNumber": 1, "etag": "made-up"}],
            },
            f"{UPLOADS}/multipart/abort": STORED_UPLOAD,
        }.items()
    },
    "/api/v1/ingest/{source}": {"given": "Ada"},
    "/api/v1/sources": {"name": "CRM"},
    "/api/v1/sources/{source}": {"name": "CRM 2"},
    "/api/v1/sources/{source}/rotate": {"overlap_hours": 1},
    "/api/v1/sources/{source}/plan": {"given": "Ada"},
    "/api/v1/organizations/{org}/sources": {"name": "Forms"},
    "/api/v1/organizations/{org}/sources/{source}": {"name": "Forms 2"},
    "/api/v1/organizations/{org}/sources/{source}/rotate": {"overlap_hours": 1},
    "/api/v1/organizations/{org}/sources/{source}/plan": {"phone": "+5511987654321"},
    "/organizations/{org}/leads/resolve-batch": LEADS,
    "/api/v1/organizations/{org}/leads/resolve-batch": LEADS,
    "/api/v1/organizations/{org}/leads/{lead_id}": {"name": "Maria"},
    "/api/v1/organizations/{org}/leads/{lead_id}/identities": MAIL,
    "/api/v1/organizations/{org}/leads/{lead_id}/identities/{identity_key}/move": {"leadId": "a" * 24},
    "/api/v1/organizations/{org}/leads/erase": {"identity": MAIL},
    "/api/v1/organizations/{org}/leads/exports": {"format": "csv"},
    "/api/v1/contacts/import/{provider}/token": {"token": "made-up"},
    "/api/v1/contacts/import/confirm": {"confirmation_key": "made-up", "answer": "yes"},
    "/api/v1/imports/{job_id}/removals": {"decision": "apply"},
    "/api/v1/connections/{connection_id}/import": {"full": True},
    "/graphql": {"query": "{ bulkJobs { nextCursor } }"},
    "/api/v1/contacts": {"given": "Ada"},
    "/api/v1/contacts/bulk": {"contacts": [{"given": "Ada"}]},
    "/api/v1/contacts/bulk/cleanup": {"tracking_key": "bcc:j:AAAAAAAAAAAAAAAAAAAAAA"},
    "/api/v1/runs/{job_id}/undo": {"removed": 1, "restored": 0, "returned": 0, "kept": 0},
    "/api/v1/collections": {"name": "Friends"},
    "/api/v1/collections/{collection_id}": {"name": "Old friends"},
    "/api/v1/collections/{collection_id}/members": {"contact_ids": ["c"]},
    "/api/v1/collections/{collection_id}/shares/{person}": {"role": "viewer"},
    "/api/v1/contacts/{contact_id}": {"title": "Countess"},
    "/api/v1/reviews/{review_id}/decision": {"decision": "later"},
    "/api/v1/reviews/certain": {"count": 1},
    "/api/v1/reviews/like": {"review_id": "a.b", "decision": "later"},
    "/api/v1/contacts/{contact_id}/merge": {"others": ["c"]},
    "/api/v1/contacts/{contact_id}/unmerge": {"different": True},
    "/api/v1/contacts/{contact_id}/split": {"records": [{"source": "google:g", "source_id": "1"}]},
    "/api/v1/contacts/{contact_id}/enrichment": {"has_opted_out": True},
    "/api/v1/me/enrichment": {"consents": True},
    "/api/v1/me/emails": {"done": True},
    "/api/v1/connections/{connection_id}/refresh": {"interval": "weekly"},
    "/api/v1/connections/{connection_id}/choices": {"chosen": ["all"]},
    "/api/v1/connections/{connection_id}/choices/preview": {"chosen": ["all"]},
    "/api/v1/operator/enrichment/{vendor}": {"schedule": "0 3 * * *"},
    "/api/v1/file-imports": {"file_name": "contacts.csv", "size": 100},
    "/api/v1/file-imports/{import_id}": {"tag": "fair"},
    "/api/v1/file-imports/{import_id}/fields": {
        "columns": [{"header": "Name", "target": "name"}, {"header": "Phone", "target": "phones.1"}]
    },
    "/api/v1/file-imports/{import_id}/records/{number}": {"cells": {"Name": "Ada"}},
    "/api/v1/file-imports/{import_id}/decisions": {"decisions": [{"row": 2, "verdict": "new"}]},
    "/api/v1/file-imports/{import_id}/records/leave-out": {"numbers": [2]},
    "/api/v1/file-imports/{import_id}/records/take-in": {"numbers": [2]},
    "/api/v1/file-imports/{import_id}/commit": {"plan_id": "another", "new": 1, "update": 0},
}
FORMS = {
    **{
        base.removeprefix("/api/v1"): {"url": "https://hooks.example.com/", "events": name}
        for base, name in zip(WEBHOOKS, ("import.failed", "leads.failed", "import.failed"), strict=True)
    },
    **{f"{base.removeprefix('/api/v1')}/{{endpoint_id}}": {"do": "pause"} for base in WEBHOOKS},
    "/sources": {"name": "CRM"},
    "/organizations/{org}/sources": {"name": "Forms"},
    "/sources/{source}/state": {"state": "paused"},
    "/sources/{source}/reading": {"of_object": "record"},
    "/organizations/{org}/sources/{source}/reading": {"of_object": "record"},
    "/organizations/{org}/sources/{source}/state": {"state": "paused"},
    "/contacts/new": {"given": "Ada"},
    "/organizations/{org}/leads/{lead_id}/edit": {"name": "Maria", "revision": "1"},
    "/organizations/{org}/leads/imports/columns": {"s3_key": LEAD_FILE["s3Key"], "column-0": "identity:whatsapp"},
    "/organizations/{org}/leads/{lead_id}/identities": {"channel": "sms", "channelIdentifier": "+5511987654321"},
    "/imports/{job_id}/removals": {"decision": "apply"},
    "/review/{review_id}": {"do": "later"},
    "/review/{review_id}/like": {"decision": "later", "count": "1"},
    "/review/certain": {"count": "1"},
    "/me/enrichment": {"do": "allow"},
    "/me/emails": {"kind": "done"},
    "/me/service-clients/grant": {"client": "reader", "scope": "contacts:read"},
    "/me/service-clients/revoke": {"client": "reader"},
    "/accounts/{connection_id}/refresh": {"interval": "weekly"},
    "/accounts/{connection_id}/choices": {"everything": "yes"},
    "/contacts/{contact_id}/enrichment": {"do": "opt-out"},
    "/contacts/{contact_id}/edit": {"version": "1", "given": "Adele"},
}

REFUSALS = (401, 403, 404)

# What a token that is limited to scopes permits. Each of the scopes suffices; every other route refuses such tokens.
READS, CHANGES, IMPORTS = Scope
PERMITTED_BY: Mapping[tuple[str, str], tuple[Scope, ...]] = {
    ("GET", "/api/v1/contacts/import/status/{job_id}"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/imports/{job_id}"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/imports"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/imports/{job_id}/ledger"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/imports/{job_id}/verify"): (
        READS,
        IMPORTS,
    ),
    ("POST", "/api/v1/imports/{job_id}/cancel"): (IMPORTS,),
    ("POST", "/api/v1/imports/{job_id}/retry"): (IMPORTS,),
    ("POST", "/api/v1/imports/{job_id}/removals"): (IMPORTS,),
    ("GET", "/api/v1/imports/{job_id}/ledger.csv"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/connections"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/connections/{connection_id}"): (
        READS,
        IMPORTS,
    ),
    ("POST", "/api/v1/connections/{connection_id}/import"): (IMPORTS,),
    ("PUT", "/api/v1/connections/{connection_id}/refresh"): (IMPORTS,),
    ("GET", "/api/v1/connections/{connection_id}/choices"): (
        READS,
        IMPORTS,
    ),
    ("POST", "/api/v1/connections/{connection_id}/choices/preview"): (IMPORTS,),
    ("PUT", "/api/v1/connections/{connection_id}/choices"): (IMPORTS,),
    ("GET", "/api/v1/contacts"): (READS,),
    ("GET", "/api/v1/contacts/{contact_id}"): (READS,),
    ("GET", "/api/v1/contacts/{contact_id}/history"): (READS,),
    ("POST", "/api/v1/contacts"): (CHANGES,),
    ("PATCH", "/api/v1/contacts/{contact_id}"): (CHANGES,),
    ("DELETE", "/api/v1/contacts/{contact_id}"): (CHANGES,),
    ("PUT", "/api/v1/contacts/{contact_id}/enrichment"): (CHANGES,),
    ("GET", "/api/v1/contacts/export"): (READS,),
    ("POST", "/api/v1/contacts/bulk"): (CHANGES,),
    ("GET", "/api/v1/contacts/bulk/{job_id}"): (
        READS,
        CHANGES,
    ),
    ("GET", "/api/v1/contacts/bulk/{job_id}/items"): (
        READS,
        CHANGES,
    ),
    ("GET", "/api/v1/contacts/bulk/{job_id}/items.csv"): (
        READS,
        CHANGES,
    ),
    ("POST", "/api/v1/contacts/bulk/cleanup"): (CHANGES,),
    ("GET", "/api/v1/contacts/bulk/cleanup/{job_id}"): (
        READS,
        CHANGES,
    ),
    ("GET", "/api/v1/contacts/bulk"): (
        READS,
        CHANGES,
    ),
    ("POST", "/api/v1/contacts/bulk/{job_id}/cancel"): (CHANGES,),
    ("POST", "/api/v1/file-imports"): (IMPORTS,),
    ("GET", "/api/v1/file-imports"): (
        READS,
        IMPORTS,
    ),
    ("POST", "/api/v1/file-imports/{import_id}/uploaded"): (IMPORTS,),
    ("GET", "/api/v1/file-imports/{import_id}"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/file-imports/{import_id}/plan"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/file-imports/{import_id}/plan/gone"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/file-imports/{import_id}/verify"): (
        READS,
        IMPORTS,
    ),
    ("PATCH", "/api/v1/file-imports/{import_id}"): (IMPORTS,),
    ("POST", "/api/v1/file-imports/{import_id}/commit"): (IMPORTS,),
    ("POST", "/api/v1/file-imports/{import_id}/cancel"): (IMPORTS,),
    ("GET", "/api/v1/file-imports/{import_id}/fields"): (
        READS,
        IMPORTS,
    ),
    ("PUT", "/api/v1/file-imports/{import_id}/fields"): (IMPORTS,),
    ("GET", "/api/v1/file-imports/{import_id}/records"): (
        READS,
        IMPORTS,
    ),
    ("PATCH", "/api/v1/file-imports/{import_id}/records/{number}"): (IMPORTS,),
    ("POST", "/api/v1/file-imports/{import_id}/records/leave-out"): (IMPORTS,),
    ("POST", "/api/v1/file-imports/{import_id}/records/take-in"): (IMPORTS,),
    ("POST", "/api/v1/file-imports/{import_id}/decisions"): (IMPORTS,),
    ("GET", "/api/v1/file-imports/{import_id}/reports/{report}"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/file-imports/{import_id}/compare"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/file-imports/{import_id}/compare.csv"): (
        READS,
        IMPORTS,
    ),
    ("GET", "/api/v1/reviews"): (READS,),
    ("GET", "/api/v1/reviews/{review_id}"): (READS,),
    ("POST", "/api/v1/reviews/{review_id}/decision"): (CHANGES,),
    ("DELETE", "/api/v1/reviews/{review_id}/decision"): (CHANGES,),
    ("POST", "/api/v1/reviews/like"): (CHANGES,),
    ("GET", "/api/v1/reviews/like/{job_id}"): (
        READS,
        CHANGES,
    ),
    ("POST", "/api/v1/reviews/like/{job_id}/undo"): (CHANGES,),
    ("POST", "/api/v1/contacts/{contact_id}/merge"): (CHANGES,),
    ("POST", "/api/v1/contacts/{contact_id}/unmerge"): (CHANGES,),
    ("POST", "/api/v1/contacts/{contact_id}/split"): (CHANGES,),
    ("POST", "/api/v1/reviews/find-duplicates"): (CHANGES,),
    ("GET", "/api/v1/reviews/find-duplicates/{job_id}"): (
        READS,
        CHANGES,
    ),
    ("GET", "/api/v1/reviews/find-duplicates"): (
        READS,
        CHANGES,
    ),
    ("POST", "/api/v1/reviews/certain"): (CHANGES,),
    ("GET", "/api/v1/runs/{job_id}/undo"): (
        READS,
        CHANGES,
    ),
    ("POST", "/api/v1/runs/{job_id}/undo"): (CHANGES,),
    ("GET", "/api/v1/undos/{job_id}"): (
        READS,
        CHANGES,
    ),
    ("GET", "/api/v1/undos/{job_id}/results"): (
        READS,
        CHANGES,
    ),
    ("GET", "/api/v1/contacts/changes"): (READS,),
    ("GET", "/api/v1/contacts/deleted"): (READS,),
    ("POST", "/api/v1/contacts/{contact_id}/restore"): (CHANGES,),
    ("POST", "/api/v1/collections"): (CHANGES,),
    ("GET", "/api/v1/collections"): (READS,),
    ("GET", "/api/v1/collections/{collection_id}"): (READS,),
    ("PATCH", "/api/v1/collections/{collection_id}"): (CHANGES,),
    ("DELETE", "/api/v1/collections/{collection_id}"): (CHANGES,),
    ("GET", "/api/v1/collections/{collection_id}/members"): (READS,),
    ("POST", "/api/v1/collections/{collection_id}/members"): (CHANGES,),
    ("DELETE", "/api/v1/collections/{collection_id}/members/{contact_id}"): (CHANGES,),
}

# What a path's braces stand for where nothing is meant.
NOTHING = defaultdict(lambda: "A" * 22, provider="google", vendor="hunter", org="acme")


@dataclass(frozen=True)
class Ann:
    """Ann's finished import, her account, a contact and a collection of hers, and everybody who might ask for them."""

    service: Service
    ids: Mapping[str, str]
    bulk_ids: Mapping[str, str]
    endpoints: Mapping[str, Mapping[str, str]]
    jar: Mapping[str, str]

    @staticmethod
    @cache
    def staged() -> "Ann":
        """Made once in each test process, because it takes longer than a request."""
        service = Service()
        consent = service.begin_consent("ann")
        jar = jar_of(service.come_back(consent).cookies)
        job = service.finish_import(consent.job_id)
        contact, other = service.get("/api/v1/contacts", who="ann").json["contacts"]
        bulk_ids = {
            path: service.post(path, who="ann", body=BODIES.get(path)).json["job_id"]
            for path in (
                "/api/v1/contacts/bulk/cleanup",
                "/api/v1/contacts/bulk",
                "/api/v1/reviews/find-duplicates",
            )
        }
        bulk_ids["/bulk"] = bulk_ids["/api/v1/contacts/bulk"]
        exports = "/api/v1/organizations/{org}/leads/exports"
        asked = {"who": "ann", "organizations": ACME, "body": BODIES[exports]}
        bulk_ids[exports] = service.post(exports.format(org="acme"), **asked).json["jobId"]
        erasures = "/api/v1/organizations/{org}/leads/erasures"
        erasure = NewJob(fresh_id(), "~org:acme", LEAD_ERASURE.name, erasure_details("acme", ()), lane=ERASURE_LANE)
        bulk_ids[erasures] = service.wiring.shared.jobs.create(erasure).job_id
        undo = service.wiring.shared.jobs.create(NewJob(fresh_id(), "ann", "undo", {"undoes": consent.job_id}))
        bulk_ids |= dict.fromkeys(("/api/v1/undos", "/undos"), undo.job_id)
        service.bucket.put_object(Key=LEAD_FILE["s3Key"], Body=b"Phone,Name\n+5511987654321,Maria\n")
        service.bucket.create_multipart_upload(Key=LEAD_FILE["s3Key"])
        leads = "/organizations/acme/leads/import"
        started = service.post(leads, who="ann", organizations=ACME, body=LEAD_FILE).json["jobId"]
        bulk_ids |= {f"{prefix}/organizations/{{org}}/leads/import": started for prefix in ("", "/api/v1")}
        bulk_ids["/organizations/{org}/leads/imports"] = started
        ids = {
            "provider": "google",
            "org": "acme",
            **_lead(service),
            "job_id": consent.job_id,
            "connection_id": job.details["connection_id"],
            "contact_id": contact["contact_id"],
            "collection_id": service.wiring.shared.collections.add("ann", "Friends").collection_id,
            "source": service.post("/api/v1/sources", who="ann", body={"name": "CRM"}).json["source_id"],
            "lead_source": _lead_source(service),
            "person": "vera",
            "client": "reader",
            "vendor": "hunter",
            "import_id": plan(service, "Name,Phone\nAda,0170 1234567\n").json["id"],
            "number": "2",
            "report": "all.csv",
            "position": "0",
            "name": "contacts.csv",
            "token": "made-up.done.0123",
            "slug": "conflict",
            "review_id": review_id_of(contact["contact_id"], other["contact_id"]),
        }
        for scope, client in CLIENTS.items():
            service.wiring.service_clients.grants.grant("ann", client, frozenset({scope}))
        return Ann(service, ids, bulk_ids, _endpoints(service), jar)

    @staticmethod
    def copied() -> "Ann":
        """A copy for one test."""
        staged = Ann.staged()
        return replace(staged, service=staged.service.copy())

    @staticmethod
    @cache
    def kept() -> "Ann":
        """A copy for all requests that change nothing."""
        return Ann.copied()

    @staticmethod
    def for_answer(status: int) -> "Ann":
        """What a request is sent to that is to get this status: one that is refused changes nothing."""
        return Ann.kept() if status in REFUSALS else Ann.copied()

    def _job_of(self, path: str) -> str:
        """Her job of the kind that the path is for."""
        fitting = (job_id for prefix, job_id in self.bulk_ids.items() if path.startswith(prefix + "/"))
        return next(fitting, self.ids["job_id"])

    def _endpoint_of(self, path: str) -> Mapping[str, str]:
        """The endpoint of the kind that the path is for, and a delivery to it."""
        plain = path.removeprefix("/api/v1")
        found = (ids for base, ids in self.endpoints.items() if plain.startswith(base.removeprefix("/api/v1")))
        return next(found, {})

    def _source_of(self, path: str) -> Mapping[str, str]:
        """The source of the organization, for a path of its sources."""
        return {"source": self.ids["lead_source"]} if "{org}/sources" in path else {}

    def request_as(self, who: str, method: str, path: str):
        means = {
            "anonymous": {},
            "other person": {"who": "bob"},
            "owner": {"who": "ann", "organizations": ACME},
            "operator": {"who": "oscar", "roles": ("operator",)},
            "viewer": {"cookies": self.jar},
            "cron": {"x_cron_secret": CRON_SECRET},
        }[who]
        return self.request(method, path, **means)

    def stored(self) -> tuple[list[Any], list[str]]:
        """All items and the keys of all blobs, without what only makes reading cheaper."""
        items = [item for item in self.service.dynamodb.stored_items() if item.get("sk") != {"S": "followed"}]
        blobs = [key for key in self.service.bucket.kept if not key.startswith(("index/", "followed/"))]
        return items, blobs

    def request(self, method: str, path: str, **means):
        sent = {"body": BODIES.get(path), "form": FORMS.get(path)}
        return self.service.ask(method, self.target(path), **sent, Accept="application/json", **means)

    def target(self, path: str) -> str:
        """The path with the ids of what is hers."""
        of_path = {"job_id": self._job_of(path), **self._endpoint_of(path), **self._source_of(path)}
        return path.format(**{**self.ids, **of_path})


def _lead_source(service: Service) -> str:
    """The id of a source of acme's leads."""
    sources = "/api/v1/organizations/acme/sources"
    return service.post(sources, who="ann", organizations=ACME, body={"name": "Forms"}).json["source_id"]


def _lead(service: Service) -> Mapping[str, str]:
    """A lead of acme with two identities, and the key of the second."""
    sent = {"channel": "sms", "channelIdentifier": "+5511987654321"}
    second = {"channel": "telegram", "channelIdentifier": "123456789"}
    batch, body = "/organizations/acme/leads/resolve-batch", [{**sent, "identities": [second]}]
    lead = service.post(batch, who="ann", organizations=ACME, body=body).json["results"][0]["lead"]
    return {"lead_id": lead["leadId"], "identity_key": lead["identities"][1]["identityKey"]}


def _endpoints(service: Service) -> Mapping[str, Mapping[str, str]]:
    """An endpoint of each kind, and a delivery to it."""
    found = {}
    for base in WEBHOOKS:
        rights = {"who": "ann", "organizations": ACME, "roles": ("operator",)}
        target = base.format(org="acme")
        endpoint_id = service.post(target, body=BODIES[base], **rights).json["endpoint_id"]
        delivery = service.post(f"{target}/{endpoint_id}/test", **rights).json["delivery_id"]
        found[base] = {"endpoint_id": endpoint_id, "delivery_id": delivery}
    return found


def expected_of(method: str, path: str) -> dict[str, int]:
    """The status that each of EVERYBODY is answered."""
    return dict(zip(EVERYBODY, EXPECTED[method, path], strict=True))


def unexpected(answers: Mapping[str, ServiceResponse], expected: Mapping[str, int]) -> dict[str, tuple[int, str]]:
    """Who was answered another status, which one, and with what text."""
    return {who: (answer.status, answer.text) for who, answer in answers.items() if answer.status != expected[who]}


@pytest.mark.parametrize(("method", "path"), ROUTES)
class TestEveryRoute:
    def test_allows_exactly_the_permitted_callers(self, method, path):
        expected = expected_of(method, path)

        answers = {who: Ann.for_answer(status).request_as(who, method, path) for who, status in expected.items()}

        assert unexpected(answers, expected) == {}

    def test_answers_a_method_it_does_not_take_with_those_it_does(self, method, path):
        answer = Ann.kept().service.ask("PROPFIND", path)

        assert (answer.status, answer.json["status"]) == (405, 405)
        assert method in answer.headers["allow"].split(", ")

    def test_answers_options_with_cors(self, method, path):
        answer = Ann.kept().service.ask("OPTIONS", path, Origin="https://app.example")

        assert (answer.status, answer.body) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert method in answer.headers["access-control-allow-methods"]
        for name in ("authorization", "content-type", "idempotency-key", "x-cron-secret"):
            assert name in answer.headers["access-control-allow-headers"]
        for name in ("ETag", "Location", "Retry-After"):
            assert name in answer.headers["access-control-expose-headers"]


READ = [(method, path) for method, path in ROUTES if method == "GET"]
WITH_BODY = [key for key, route in ROUTES.items() if route.body is not None]
WITH_OBJECT = [(method, path) for method, path in WITH_BODY if not isinstance(BODIES[path], list)]
OF_PEOPLE = [key for key, route in ROUTES.items() if route.access not in (Access.ANYONE, Access.CRON, Access.SOURCE)]


@pytest.mark.parametrize(("method", "path"), READ)
def test_a_route_answers_head_as_get_without_a_body(method, path):
    expected = expected_of(method, path)

    asked = {who: Ann.for_answer(status) for who, status in expected.items()}
    before = {who: ann.stored() for who, ann in asked.items()}
    answers = {who: ann.request_as(who, "HEAD", path) for who, ann in asked.items()}

    assert unexpected(answers, expected) == {}
    assert {answer.body for answer in answers.values()} == {b""}
    assert {who: ann.stored() for who, ann in asked.items()} == before


@pytest.mark.parametrize(("method", "path"), WITH_OBJECT)
def test_a_body_with_unknown_fields_is_refused(method, path):
    body = {**BODIES[path], "user_id": "eve", "status": "completed", "rev": 1}

    target, rights = path.format_map(NOTHING), {"roles": ("operator",), "organizations": ACME}
    answer = Ann.kept().service.ask(method, target, who="oscar", **rights, body=body, Accept="application/json")

    assert answer.status == 422
    assert answer.json["field"] in ("user_id", "status", "rev")


@pytest.mark.parametrize(("method", "path"), OF_PEOPLE)
def test_an_invalid_token_is_refused_even_if_a_cookie_would_suffice(method, path):
    target = path.format_map(NOTHING)

    service = Ann.kept().service
    answer = service.ask(method, target, body=BODIES.get(path), Authorization="Bearer nonsense", Accept="text/json")

    assert (answer.status, answer.json["type"]) == (401, "/problems/bad-token")


PEOPLE = {  # and what the tokens of their sessions say of them
    "other person": ("bob", {}),
    "owner": ("ann", {"organizations": ACME}),
    "operator": ("oscar", {"roles": ["operator"]}),
}


@pytest.mark.parametrize(("method", "path"), OF_PEOPLE)
class TestSessions:
    def test_a_session_is_let_in_exactly_as_a_bearer(self, method, path):
        expected, answers = expected_of(method, path), {}

        for who, (name, claims) in PEOPLE.items():
            ann = Ann.for_answer(expected[who])
            answers[who] = ann.request(method, path, session=ann.service.sign_in(name, **claims))

        assert unexpected(answers, expected) == {}

    @pytest.mark.parametrize("csrf", ["", "made-up", "another session's"])
    def test_a_change_that_does_not_come_from_its_pages_is_refused(self, method, path, csrf):
        expected = expected_of(method, path)["owner"] if method == "GET" else 403
        ann = Ann.for_answer(expected)
        session = ann.service.sign_in("ann", organizations=ACME)
        given = ann.service.sign_in("ann").csrf if csrf == "another session's" else csrf

        answer = ann.request(method, path, session=session, x_csrf_token=given)

        assert answer.status == expected
        if method != "GET":
            assert answer.json["field"] == "csrf_token"


OF_ORGANIZATIONS = [key for key, route in ROUTES.items() if route.access is Access.ORGANIZATION]


@pytest.mark.parametrize(("method", "path"), OF_ORGANIZATIONS)
class TestOrganizations:
    """Every route of organizations, by everybody: whoever has a role there, whatever their role elsewhere."""

    def ask(self, method: str, path: str, organizations: Mapping[str, list[str]]):
        ann = Ann.copied()
        sent = {"body": BODIES.get(path), "form": FORMS.get(path), "Accept": "application/json"}
        return ann.service.ask(method, ann.target(path), who="mia", organizations=organizations, **sent)

    @pytest.mark.parametrize("role", Role)
    def test_a_role_permits_what_it_includes(self, method, path, role):
        needed = ROUTES[method, path].role

        answer = self.ask(method, path, {"other": ["admin"], "acme": [role]})

        if list(Role).index(role) >= list(Role).index(needed):
            assert answer.status == expected_of(method, path)["owner"], answer.text
        else:
            assert (answer.status, answer.json["role"]) == (403, needed)

    @pytest.mark.parametrize("organizations", [{}, {"other": ["admin"]}, {"acme": []}, {"acme": ["owner"]}])
    def test_another_organization_does_not_exist(self, method, path, organizations):
        answer = self.ask(method, path, organizations)

        assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")


#: What a service client is answered whatever it may not do, for whomever.
NOT_FOUND = {
    "type": "/problems/not-found",
    "title": "Not found",
    "status": 404,
    "detail": "This does not exist, or you do not have access to it.",
    "request_id": "of-this-test",
}
CLIENTS = {READS: "reader", CHANGES: "writer", IMPORTS: "importer"}  # Ann has granted each of them its scope
ALL_SCOPES = " ".join(Scope)


def claims_of(caller: str, scope: Scope) -> Mapping[str, Any]:
    """The claims of a token that is limited to a scope."""
    rights = {"roles": ["operator"], "organizations": ACME}  # which no such token has
    return {
        "the person": {"sub": "ann", "scope": scope, **rights},
        "a client, in `act`": {"sub": "ann", "scope": f"openid {scope}", "act": {"sub": "somebody"}, **rights},
        "a client that was granted it": {"sub": CLIENTS[scope], "scope": ALL_SCOPES, **rights},
    }[caller]


#: Everything that lets a client do nothing for Ann, and whom its request names.
POWERLESS = {
    "an `act` without scopes": ({"sub": "ann", "act": {"sub": "somebody"}}, None),
    "an `act` without scopes of ours": ({"sub": "ann", "act": {"sub": "somebody"}, "scope": "openid leads:read"}, None),
    "no person": ({"sub": "reader", "scope": ALL_SCOPES}, None),
    "a person who granted it nothing": ({"sub": "stranger", "scope": ALL_SCOPES}, "ann"),
    "a person who does not exist": ({"sub": "reader", "scope": ALL_SCOPES}, "nobody"),
    "a token without scopes": ({"sub": "reader"}, "ann"),
    "an unknown client": ({"sub": "crm", "client_id": "crm", "scope": ALL_SCOPES}, "ann"),
}


@cache
def token_with(claims: str) -> str:
    """A token with these claims, as JSON; each is signed once, because that takes longer than most requests."""
    return FakeIssuer().token(**json.loads(claims), exp=int(time.time()) + 86_400)


@pytest.mark.parametrize(("method", "path"), OF_PEOPLE)
class TestScopes:
    """Every route by tokens that are limited to scopes, of a person and of service clients."""

    def ask(self, ann: Ann, method: str, path: str, claims: Mapping[str, Any], on_behalf_of: str | None):
        named = {} if on_behalf_of is None else {"X_On_Behalf_Of": on_behalf_of}
        return ann.request(method, path, Authorization=f"Bearer {token_with(json.dumps(claims))}", **named)

    @pytest.mark.parametrize("caller", ["the person", "a client, in `act`", "a client that was granted it"])
    def test_a_token_permits_what_its_scopes_say_and_nothing_else(self, method, path, caller):
        for scope in Scope:
            claims, named = claims_of(caller, scope), "ann" if "granted" in caller else None
            if scope in PERMITTED_BY.get((method, path), ()):
                expected = EXPECTED[method, path][EVERYBODY.index("owner")]
                ann = Ann.kept() if method == "GET" else Ann.for_answer(expected)
                answer = self.ask(ann, method, path, claims, named)
                assert answer.status == expected, answer.text
            elif caller != "the person" or ROUTES[method, path].access is Access.ORGANIZATION:
                assert self.ask(Ann.kept(), method, path, claims, named).json == NOT_FOUND
            else:
                assert self.ask(Ann.kept(), method, path, claims, named).status == 403

    def test_a_client_that_may_do_nothing_for_a_person_learns_nothing(self, method, path):
        for claims, named in POWERLESS.values():
            assert self.ask(Ann.kept(), method, path, claims, named).json == NOT_FOUND

    def test_a_person_acts_for_no_one_else(self, method, path):
        claims = {"sub": "bob", "roles": ["operator"], "organizations": ACME}

        assert self.ask(Ann.kept(), method, path, claims, "ann").json == NOT_FOUND


class TestTable:
    def test_every_route_says_what_limited_tokens_it_permits(self):
        assert {key: tuple(route.scopes) for key, route in ROUTES.items() if route.scopes} == PERMITTED_BY

    def test_every_route_has_a_line_and_every_line_a_route(self):
        assert set(EXPECTED) == set(ROUTES)

    def test_missing_and_foreign_items_get_the_same_response(self):
        ann = Ann.copied()
        for method, path in ROUTES:
            if EXPECTED[method, path][1] != 404:
                continue
            foreign = ann.request_as("other person", method, path)
            sent = {"body": BODIES.get(path), "form": FORMS.get(path)}
            missing = ann.service.ask(method, path.format_map(NOTHING), who="bob", **sent, Accept="application/json")
            assert (foreign.status, json.loads(foreign.body)) == (missing.status, json.loads(missing.body)), path
