"""The pages, a module for each; `PAGES` in the order in which paths are matched."""

from flows.web.pages import (
    accounts,
    audit,
    calculation,
    dispatch,
    guide,
    law,
    month,
    municipality,
    overview,
    own,
    reports,
    returns,
    sign_in,
)

PAGES = (
    sign_in.router,
    overview.router,
    accounts.router,
    law.router,
    guide.router,
    audit.router,
    reports.router,
    calculation.router,
    own.router,
    month.router,
    returns.router,
    dispatch.router,
    municipality.router,
)
