"""What a maker prints and keeps of provisioned devices: labels with QR code, and the record.

The code on a label is the text `ISG1:<serial>:<password>`. All its characters belong to the
alphanumeric set of QR codes, so even the smallest label has room for it.
"""

import csv
import html
import io
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CLAIM_TAG = "ISG1"  # begins the claim text, so that a scanner knows what it has
GROUP = 4
QR_ERROR = "m"  # 15 % of a label may be scratched
QR_MODULE_MM = 0.7  # smaller ones are hard to read for a phone
QUIET_MODULES = 4  # blank border that the QR standard asks for
_STYLE = """
@page { size: A4; margin: 10mm; }
body { font: 8pt sans-serif; margin: 0; display: flex; flex-wrap: wrap; gap: 2mm; }
figure { margin: 0; padding: 1mm; border: 0.2mm dashed #999; display: flex; gap: 2mm;
  align-items: center; break-inside: avoid; width: 88mm; box-sizing: border-box; }
b { font: bold 9pt monospace; }
"""


class LabelError(Exception):
    """A label can't be made; the text says why."""


class Label:
    """One claim password of one device."""

    def __init__(self, model: str, serial: str, password: str, number: int = 1) -> None:
        self.model = model
        self.serial = serial
        self.password = password
        self.number = number  # of the password, where a device has several

    def __repr__(self) -> str:
        return "<Label of {}>".format(self.serial)

    @property
    def code(self) -> str:
        """The text of the QR code."""
        return claim_text(self.serial, self.password)

    def text(self) -> str:
        """Return the label as plain text."""
        return "{}\nserial    {}\npassword  {}\ncode      {}\n".format(
            self.model, self.serial, grouped(self.password), self.code
        )


def grouped(password: str) -> str:
    """Return a password as it is printed: groups of four."""
    return "-".join(password[at : at + GROUP] for at in range(0, len(password), GROUP))


def claim_text(serial: str, password: str) -> str:
    """Return the text of the label's code: `ISG1:serial:password`."""
    return "{}:{}:{}".format(CLAIM_TAG, serial, password)


def qr_svg(text: str) -> str:
    """Return the QR code of a text as an <svg> element. Raises LabelError without segno."""
    try:
        import segno
    except ImportError:
        raise LabelError("labels with QR code need segno: pip install segno") from None
    code = segno.make(text, error=QR_ERROR, micro=False, boost_error=False)
    width = code.symbol_size(border=QUIET_MODULES)[0] * QR_MODULE_MM
    drawn = code.svg_inline(border=QUIET_MODULES, omitsize=True)
    return '<div style="width: {:.1f}mm">{}</div>'.format(width, drawn)


def sheet(labels: "Sequence[Label]") -> str:
    """Return a page of labels to print (HTML, everything in it). Raises LabelError."""
    out = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Labels</title>',
        "<style>{}</style></head><body>".format(_STYLE),
    ]
    for label in labels:
        which = " {}".format(label.number) if label.number > 1 else ""
        out.append(
            "<figure>{}<figcaption>{}<br>Serial<br><b>{}</b><br>Password{}<br><b>{}</b></figcaption></figure>".format(
                qr_svg(label.code),
                html.escape(label.model),
                html.escape(label.serial),
                which,
                html.escape(grouped(label.password)),
            )
        )
    out.append("</body></html>")
    return "\n".join(out) + "\n"


def record(devices: "Sequence[tuple[str, Sequence[str]]]") -> str:
    """Return the maker's record as CSV: serial,password[,password2...]."""
    most = max((len(passwords) for _, passwords in devices), default=1)
    head = ["serial", "password"] + ["password{}".format(number) for number in range(2, most + 1)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for serial, passwords in devices:
        writer.writerow([serial, *passwords, *[""] * (most - len(passwords))])
    return text.getvalue()


def write_private(path: str, text: str) -> None:
    """Write a file that only its owner reads: it holds claim passwords."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    handle = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    os.replace(path + ".new", path)
