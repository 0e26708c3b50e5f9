"""Which type a file's name stands for, and which extension a type has: the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_EXTENSIONS: Mapping[str, str] = {
    "application/epub+zip": "epub",
    "application/gzip": "gz tgz",
    "application/json": "json map",
    "application/ld+json": "jsonld",
    "application/msword": "doc dot",
    "application/octet-stream": "bin deb dmg dll exe img iso lrf msi pkg so",
    "application/pdf": "pdf",
    "application/pkcs7-mime": "p7m p7c",
    "application/pgp-signature": "sig",
    "application/rtf": "rtf",
    "application/sql": "sql",
    "application/toml": "toml",
    "application/vnd.android.package-archive": "apk",
    "application/vnd.apple.mpegurl": "m3u8",
    "application/vnd.apple.pkpass": "pkpass",
    "application/vnd.ms-excel": "xls xlt",
    "application/vnd.ms-powerpoint": "ppt pps pot",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.rar": "rar",
    "application/wasm": "wasm",
    "application/x-7z-compressed": "7z",
    "application/x-bzip2": "bz2",
    "application/x-sh": "sh",
    "application/x-shockwave-flash": "swf",
    "application/x-sqlite3": "sqlite sqlite3",
    "application/x-tar": "tar",
    "application/x-xz": "xz",
    "application/xhtml+xml": "xhtml xht",
    "application/xml": "xml xsl xsd rng",
    "application/zip": "zip",
    "audio/aac": "aac",
    "audio/midi": "mid midi kar",
    "audio/mp4": "m4a mp4a",
    "audio/mpeg": "mpga mp2 mp3",
    "audio/ogg": "oga ogg opus",
    "audio/wav": "wav",
    "audio/webm": "weba",
    "audio/x-aiff": "aif aiff aifc",
    "audio/x-caf": "caf",
    "audio/x-flac": "flac",
    "font/collection": "ttc",
    "font/otf": "otf",
    "font/ttf": "ttf",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/jpeg": "jpg jpeg jpe",
    "image/jxl": "jxl",
    "image/png": "png",
    "image/svg+xml": "svg svgz",
    "image/tiff": "tif tiff",
    "image/vnd.adobe.photoshop": "psd",
    "image/vnd.microsoft.icon": "ico",
    "image/webp": "webp",
    "model/gltf+json": "gltf",
    "model/gltf-binary": "glb",
    "model/obj": "obj",
    "model/stl": "stl",
    "text/calendar": "ics ifb",
    "text/css": "css",
    "text/csv": "csv",
    "text/html": "html htm shtml",
    "text/javascript": "js mjs",
    "text/markdown": "md markdown",
    "text/plain": "txt text conf def list log in ini",
    "text/tab-separated-values": "tsv",
    "text/vcard": "vcard",
    "text/vtt": "vtt",
    "text/x-vcard": "vcf",
    "text/yaml": "yaml yml",
    "video/3gpp": "3gp 3gpp",
    "video/3gpp2": "3g2",
    "video/mp2t": "ts m2t m2ts mts",
    "video/mp4": "mp4 mp4v mpg4",
    "video/mpeg": "mpeg mpg mpe m1v m2v",
    "video/ogg": "ogv",
    "video/quicktime": "qt mov",
    "video/webm": "webm",
    "video/x-m4v": "m4v",
    "video/x-matroska": "mkv mk3d",
    "video/x-msvideo": "avi",
}

_TYPES: Mapping[str, str] = MappingProxyType(
    {extension: kind for kind, extensions in _EXTENSIONS.items() for extension in extensions.split()}
)


def type_of(name: str) -> str | None:
    """The type that the extension of the name stands for, in whatever letters it is written."""
    _, dot, extension = name.rpartition(".")
    return _TYPES.get(extension.strip().lower()) if dot else None


def extension_of(content_type: str) -> str:
    """The usual extension of a type, with its dot; empty for an unknown type."""
    extensions = _EXTENSIONS.get(content_type.split(";", 1)[0].strip().lower())
    return f".{extensions.split()[0]}" if extensions else ""
