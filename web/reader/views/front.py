from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from foundation import clock
from web.reader import queries
from web.reader.page import public


@public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The magazines that can be subscribed to. A house with one goes straight to it."""
    on_sale = queries.magazines_on_sale(day=clock.today())
    if len(on_sale) == 1:
        return redirect("reader:subscribe", code=on_sale[0].magazine.code)
    return render(request, "reader/front.html", {"on_sale": on_sale})
