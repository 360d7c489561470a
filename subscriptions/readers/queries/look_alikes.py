"""Who on file may be somebody whose address is being typed: for staff, before anything is saved. Reads only."""

from django.db.models import Func, Q, QuerySet, TextField, Value

from subscriptions.readers.models import Address, Reader
from subscriptions.readers.queries.people import files_of, reader_in_force, readers_with_email
from subscriptions.readers.rules.address import TypedAddress, label_form
from subscriptions.readers.rules.label import LabelAddress
from subscriptions.readers.rules.likeness import Likeness, alike

# So many are shown; behind one door, or of one name in one area, so many are looked at.
MOST = 5
_MOST_LOOKED_AT = 200


def readers_like(*, typed: TypedAddress, email: str = "") -> list[Reader]:
    """Readers in force with that mail address, or alike at that address; merged files as one."""
    found = list(readers_with_email(email)) if email.strip() else []
    label = label_form(typed)
    door, name = _door_key(label), _name_key(label)
    close = Address.objects.filter(Q(door_key=door) | Q(name_key=name), reader__erased_at__isnull=True)
    mine = Likeness(label.name, label.company, label.addr1, area=_area(label))
    # Unordered in SQL, so that no plan walks the whole file in its order.
    looked_at = close.select_related("reader__merged_into")[:_MOST_LOOKED_AT]
    for known in sorted(looked_at, key=lambda address: address.pk):
        area = known.door_key.partition("|")[0]
        if alike(mine, Likeness(known.label_name, known.label_company, known.label_addr1, area)):
            found.append(reader_in_force(known.reader))
    return list({reader.pk: reader for reader in found}.values())[:MOST]


def addresses_at(typed: TypedAddress) -> QuerySet[Address]:
    """What is on file of the door that is being typed."""
    return Address.objects.filter(door_key=_door_key(label_form(typed)))


def address_printed(*, reader_id: int, zip5: str, postcode: str, city: str, addr1: str) -> Address | None:
    """What is on file, for this reader or one of the merged files, of the door that was printed on a label."""
    files = files_of([reader_in_force(Reader.objects.select_related("merged_into").get(pk=reader_id)).pk])
    door = Func(*map(Value, (zip5, postcode, city, addr1)), function="readers_door_key", output_field=TextField())
    return Address.objects.filter(reader__in=files, door_key=door).order_by("pk").last()


def _area(label: LabelAddress) -> str:
    return label.zip5 + label.postcode.replace(" ", "") or label.city


def _door_key(label: LabelAddress) -> Func:
    return _key("readers_door_key", label, label.addr1)


def _name_key(label: LabelAddress) -> Func:
    return _key("readers_name_key", label, label.name)


def _key(function: str, label: LabelAddress, last: str) -> Func:
    texts = (label.zip5, label.postcode, label.city, last)
    return Func(*map(Value, texts), function=function, output_field=TextField())
