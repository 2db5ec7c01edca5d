"""What makes a portal look like its programme: its colours, its icon, its web manifest.

Served, not inlined: the content security policy allows no inline style. None of it is private, so caches may keep it.
"""

from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from customers.portal.frame import accent_of, store_page
from customers.templatetags.portal import portal_path
from loyalty.colours import Colour, legible_on, text_on
from loyalty.models import Store

# The grounds on which static/src/portal.css puts links: by day the page's, by night the panels'.
_DAY_GROUND = Colour(0xF1, 0xF5, 0xF9)
_NIGHT_GROUND = Colour(0x1E, 0x29, 0x3B)
_ICON_SIZES = (192, 512)
_SHORT_NAME = 12
_cacheable = cache_control(public=True, max_age=600)


def stylesheet(accent: Colour) -> str:
    """Give the portal's colours: the accent, the text on it and the accent as text, each passing AA."""
    on_accent, by_day, by_night = (
        text_on(accent),
        legible_on(_DAY_GROUND, accent),
        legible_on(_NIGHT_GROUND, accent),
    )
    return (
        f":root{{--accent:{accent.hex};--accent-content:{on_accent.hex};--accent-text:{by_day.hex}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{--accent-text:{by_night.hex}}}}}\n"
    )


@require_safe
@_cacheable
@store_page
def theme(request: HttpRequest, store: Store) -> HttpResponse:
    """Serve the portal's colours."""
    return HttpResponse(stylesheet(accent_of(store)), content_type="text/css; charset=utf-8")


@require_safe
@_cacheable
@store_page
def manifest(request: HttpRequest, store: Store) -> HttpResponse:
    """Serve the web manifest, by which a phone installs the portal."""
    name, home = store.programme.program_name, portal_path(store, "home")
    return JsonResponse(
        {
            "id": home,
            "name": name,
            "short_name": name if len(name) <= _SHORT_NAME else name.split()[0][:_SHORT_NAME],
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "background_color": _DAY_GROUND.hex,
            "theme_color": accent_of(store).hex,
            "icons": [
                {
                    "src": portal_path(store, "icon_png", size=size),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for size in _ICON_SIZES
                for purpose in ("any", "maskable")
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@_cacheable
@store_page
def icon_svg(request: HttpRequest, store: Store) -> HttpResponse:
    """Serve the portal's icon: a ring on the accent colour, as on the card."""
    accent = accent_of(store)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" fill="none" stroke-width="7">'
        f'<path fill="{accent.hex}" d="M0 0h64v64H0z"/>'
        f'<g stroke="{text_on(accent).hex}"><circle cx="32" cy="32" r="16" stroke-opacity=".3"/>'
        '<path stroke-linecap="round" d="M32 16a16 16 0 1 1-15.2 11"/></g></svg>'
    )
    return HttpResponse(drawing, content_type="image/svg+xml")


@require_safe
@_cacheable
@store_page
def icon_png(request: HttpRequest, store: Store, size: int) -> HttpResponse:
    """Serve the same icon as pixels, for the home screen of a phone."""
    if size not in _ICON_SIZES:
        raise Http404
    file = BytesIO()
    _draw_icon(accent_of(store), size).save(file, "PNG", optimize=True)
    return HttpResponse(file.getvalue(), content_type="image/png")


def _draw_icon(accent: Colour, size: int) -> Image.Image:
    scale = size * 4 / 64  # drawn four times as large: Pillow's arcs have no smooth edges
    picture = Image.new("RGB", (size * 4, size * 4), accent.hex)
    pen = ImageDraw.Draw(picture)
    box, width = (12.5 * scale, 12.5 * scale, 51.5 * scale, 51.5 * scale), round(7 * scale)
    pen.arc(box, 0, 360, fill=accent.mixed_with(text_on(accent), 0.3).hex, width=width)
    pen.arc(box, -90, 198, fill=text_on(accent).hex, width=width)
    return picture.resize((size, size), Image.Resampling.LANCZOS)
