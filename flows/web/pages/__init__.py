"""The pages, a module for each; `PAGES` in the order in which paths are matched."""

from flows.web.pages import calculation, dispatch, month, municipality, overview, reports, returns, sign_in

PAGES = (
    sign_in.router,
    overview.router,
    reports.router,
    calculation.router,
    month.router,
    returns.router,
    dispatch.router,
    municipality.router,
)
