"""One folder per deployment: site.toml, areas.geojson, streets.csv; read by `load_site`."""

from sites.duty import Duty, duty_at
from sites.load import SiteInvalid, available_sites, load_site
from sites.site import Area, Contact, NeighbourhoodOfficer, Place, Site

__all__ = [
    "Area",
    "Contact",
    "Duty",
    "NeighbourhoodOfficer",
    "Place",
    "Site",
    "SiteInvalid",
    "available_sites",
    "duty_at",
    "load_site",
]
