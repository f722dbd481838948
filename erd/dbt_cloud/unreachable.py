"""What keeps a request from being answered: the host, TLS, a proxy or the network, told from the error it ends with."""

import http.client
import socket
import ssl

import requests
import urllib3

from erd.dbt_cloud.asked import Asked
from erd.dbt_cloud.causes import causes, reason
from erd.dbt_cloud.failures import TRY_LATER, NoAnswerError, UnansweredError, in_between
from erd.errors import DbtCloudError

# OpenSSL's verification results for "this certificate is for another name" (X509_V_ERR_HOSTNAME_MISMATCH, _IP_…).
WRONG_NAME = frozenset({62, 64})


def unreachable(asked: Asked, error: BaseException) -> DbtCloudError:
    """The error for a request that was not answered: `error` is what requests or urllib3 raised."""
    found = list(causes(error))
    finders = ((_wrong_place, NoAnswerError), (_not_understood, UnansweredError), (_no_answer, UnansweredError))
    for find, kind in finders:
        for cause in found:
            if sentences := find(asked, cause):
                return kind(*sentences)
    return UnansweredError(f"{asked.host} cannot be reached: {reason(found)}.", TRY_LATER)


def _wrong_place(asked: Asked, cause: BaseException) -> tuple[str, str] | None:
    match cause:
        case urllib3.exceptions.ProxyError():
            happened = f"The proxy in front of {asked.host} could not be used."
            todo = "Check the environment variables HTTPS_PROXY and NO_PROXY."
        case socket.gaierror() | urllib3.exceptions.LocationValueError():
            happened = f"The name {asked.host} does not resolve to an address."
            todo = f"{asked.api.copy_the_host} If it is right, look at this machine's network."
        case ssl.SSLCertVerificationError() if cause.verify_code in WRONG_NAME:
            happened = f"The server at {asked.host} is another one: its certificate is for a different name."
            todo = asked.api.copy_the_host
        case ssl.SSLCertVerificationError():
            happened = f"The certificate of {asked.host} is not trusted: {cause.verify_message}."
            todo = (
                "If a proxy of your company opens TLS, point REQUESTS_CA_BUNDLE to its certificate;"
                " else check dbt-cloud-host-url."
            )
        case requests.TooManyRedirects():
            happened, todo = f"{asked.host} redirects {asked} in circles.", asked.api.copy_the_host
        case requests.exceptions.InvalidSchema():
            happened = f"{asked.host} redirects {asked} to an address that is not encrypted; it was not followed."
            todo = asked.api.copy_the_host
        case ValueError():
            happened, todo = f"{asked.host} redirects {asked} to what is no address.", asked.api.copy_the_host
        case _:
            return None
    return happened, todo


def _not_understood(asked: Asked, cause: BaseException) -> tuple[str, str] | None:
    match cause:
        case http.client.RemoteDisconnected() | http.client.IncompleteRead():
            return None
        case http.client.BadStatusLine() | http.client.UnknownProtocol():
            what = "something that is not HTTP"
        case http.client.HTTPException():
            # What is left of them: a line that is too long, or too many lines.
            what = "more headers than are read"
        case _:
            return None
    return f"{asked.host} answered {asked} with {what}, in {asked.tries} tries.", in_between(asked)


def _no_answer(asked: Asked, cause: BaseException) -> tuple[str, str] | None:
    match cause:
        case ConnectionRefusedError():
            happened = f"{asked.host} refuses connections."
            todo = "Check dbt-cloud-host-url, and the network in between."
        case urllib3.exceptions.ReadTimeoutError():
            happened = f"{asked.host} gave no answer within {asked.read_seconds:g} s, in {asked.tries} tries ({asked})."
            todo = TRY_LATER
        case urllib3.exceptions.NewConnectionError():
            return None
        case urllib3.exceptions.ConnectTimeoutError():
            happened = f"{asked.host} took no connection within {asked.connect_seconds:g} s, in {asked.tries} tries."
            todo = "Check dbt-cloud-host-url, and that a firewall lets this machine reach it."
        case ConnectionError() | urllib3.exceptions.ProtocolError() | ssl.SSLError():
            happened = f"{asked.host} cut the connection before it answered, in {asked.tries} tries ({asked})."
            todo = TRY_LATER
        case _:
            return None
    return happened, todo
