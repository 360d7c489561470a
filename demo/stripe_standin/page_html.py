"""The HTML of the buyer's pages. Nothing is loaded from elsewhere; everything from outside is escaped."""

from html import escape
from importlib.resources import files

from demo.stripe_standin.cards import ON_THE_PAGE
from demo.stripe_standin.failures import Json

_SYMBOLS = {"usd": "$", "cad": "CA$", "eur": "€", "gbp": "£"}


def amount(cents: int, currency: str) -> str:
    symbol = _SYMBOLS.get(currency)
    figure = f"{cents / 100:,.2f}"
    return f"{symbol}{figure}" if symbol else f"{figure} {currency.upper()}"


def checkout(
    session: Json, lines: list[Json], *, merchant: str, email: str, saves_card: bool, chosen: str, problem: str
) -> str:
    total = amount(session["amount_total"], session["currency"])
    back = session["cancel_url"]
    body = f"""
<main class="checkout">
  <section class="order" aria-labelledby="order-title">
    {f'<a class="back" href="{escape(back)}">&larr; Back to {escape(merchant)}</a>' if back else ""}
    <p class="merchant">{escape(merchant)}</p>
    <h1 id="order-title">Pay <span class="total">{total}</span></h1>
    <ul class="lines">{"".join(map(_line, lines))}</ul>
    <p class="sum"><span>Total due today</span> <strong>{total}</strong></p>
  </section>
  <section class="payment" aria-labelledby="payment-title">
    <h2 id="payment-title">Payment</h2>
    {_problem(problem)}
    <form method="post" action="/c/pay/{escape(session["id"])}">
      <label for="email">E-mail</label>
      <input id="email" name="email" type="email" autocomplete="email" required value="{escape(email)}"
        {'aria-invalid="true" aria-describedby="problem"' if "e-mail" in problem else ""}>
      <label for="card">Test card</label>
      <select id="card" name="card" aria-describedby="card-hint">{_cards(chosen)}</select>
      <p class="hint" id="card-hint">This is a stand-in for Stripe: it takes test cards
        by name and never a card number.</p>
      {_consent(merchant) if saves_card else ""}
      <button type="submit" class="pay">Pay {total}</button>
    </form>
  </section>
</main>"""
    return _document(f"Pay {merchant}", body)


def _line(line: Json) -> str:
    price = amount(line["amount_total"], line["currency"])
    quantity = f'<span class="quantity">Quantity {line["quantity"]}</span>' if line["quantity"] > 1 else ""
    return f"<li><span>{escape(line['description'])} {quantity}</span> <span>{price}</span></li>"


def _cards(chosen: str) -> str:
    return "".join(
        f'<option value="{card.id}"{" selected" if card.id == chosen else ""}>'
        f"{escape(card.title)} &middot;&middot;&middot;&middot; {card.last4}</option>"
        for card in ON_THE_PAGE
    )


def _consent(merchant: str) -> str:
    return (
        f'<p class="hint">By paying you let {escape(merchant)} save this card and charge it later under the terms you '
        "agreed to. You can cancel with them at any time.</p>"
    )


def _problem(problem: str) -> str:
    return f'<p class="problem" id="problem" role="alert">{escape(problem)}</p>' if problem else ""


def bank(intent: Json, *, merchant: str) -> str:
    total = amount(intent["amount"], intent["currency"])
    body = f"""
<main class="card">
  <p class="merchant">Your bank</p>
  <h1>Confirm this payment</h1>
  <p><strong>{escape(merchant)}</strong> asks for <strong>{total}</strong>. Is it you who is paying?</p>
  <form method="post" action="/authenticate/{escape(intent["id"])}">
    <button class="pay" name="answer" value="confirm">Confirm payment</button>
    <button class="plain" name="answer" value="fail">Decline, it is not me</button>
  </form>
</main>"""
    return _document("Your bank: confirm this payment", body)


def message(title: str, text: str, link: str | None = None, session_id: str = "") -> str:
    target = (link or "").replace("{CHECKOUT_SESSION_ID}", session_id)
    button = f'<p><a class="pay" href="{escape(target)}">Back to the shop</a></p>' if target else ""
    return _document(title, f'<main class="card"><h1>{escape(title)}</h1><p>{escape(text)}</p>{button}</main>')


def _document(title: str, body: str) -> str:
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<p class="banner">Test mode: a stand-in for Stripe. No money moves.</p>
{body}
</body>
</html>"""
