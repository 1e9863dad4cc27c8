"""What a message to the Graph API may hold: Meta's fields and limits, as strict models."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError


def _most(length: int) -> Any:
    return StringConstraints(min_length=1, max_length=length)


Str20 = Annotated[str, _most(20)]
Str24 = Annotated[str, _most(24)]
Str60 = Annotated[str, _most(60)]
Str1024 = Annotated[str, _most(1024)]
Str4096 = Annotated[str, _most(4096)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Media(_Strict):
    """A file by the id of its upload or by a link: one of the two."""

    id: str | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://")] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Media":
        if (self.id is None) == (self.link is None):
            raise PydanticCustomError("one_of", "exactly one of id and link is required")
        return self


class CaptionedMedia(Media):
    """An image or a video."""

    caption: Annotated[str, StringConstraints(max_length=1024)] | None = None


class DocumentMedia(CaptionedMedia):
    """A document with the name under which it is shown."""

    filename: str | None = None


class AudioMedia(Media):
    """Sound; `voice` shows it as a voice note."""

    voice: bool = False


class TextBody(_Strict):
    body: Str4096
    preview_url: bool = False


class Body1024(_Strict):
    text: Str1024


class Body4096(_Strict):
    text: Str4096


class Footer(_Strict):
    text: Str60


class TextHeader(_Strict):
    type: Literal["text"]
    text: Str60


class ImageHeader(_Strict):
    type: Literal["image"]
    image: Media


class VideoHeader(_Strict):
    type: Literal["video"]
    video: Media


class DocumentHeader(_Strict):
    type: Literal["document"]
    document: DocumentMedia


Header = Annotated[
    TextHeader | ImageHeader | VideoHeader | DocumentHeader, Field(discriminator="type")
]


class Reply(_Strict):
    id: Annotated[str, _most(256)]
    title: Str20


class ReplyButton(_Strict):
    type: Literal["reply"]
    reply: Reply


class ButtonAction(_Strict):
    buttons: Annotated[list[ReplyButton], Field(min_length=1, max_length=3)]

    @model_validator(mode="after")
    def _different(self) -> "ButtonAction":
        replies = [button.reply for button in self.buttons]
        _unique([reply.id for reply in replies], "button ids")
        _unique([reply.title for reply in replies], "button titles")
        return self


class Row(_Strict):
    id: Annotated[str, _most(200)]
    title: Str24
    description: Annotated[str, StringConstraints(max_length=72)] | None = None


class Section(_Strict):
    title: Str24 | None = None
    rows: Annotated[list[Row], Field(min_length=1, max_length=10)]


class ListAction(_Strict):
    button: Str20
    sections: Annotated[list[Section], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _at_most_ten_rows(self) -> "ListAction":
        ids = [row.id for section in self.sections for row in section.rows]
        if len(ids) > 10:
            raise PydanticCustomError("too_many", "Total row count exceed max allowed count: 10")
        if len(self.sections) > 1 and any(not section.title for section in self.sections):
            raise PydanticCustomError("no_title", "Section title is required")
        _unique(ids, "row ids")
        return self


class UrlParameters(_Strict):
    display_text: Str20
    url: Annotated[str, StringConstraints(pattern=r"^https?://")]


class UrlAction(_Strict):
    name: Literal["cta_url"]
    parameters: UrlParameters


class ContactAction(_Strict):
    name: Literal["request_contact_info"]


class LocationAction(_Strict):
    name: Literal["send_location"]


class Buttons(_Strict):
    type: Literal["button"]
    header: Header | None = None
    body: Body1024
    footer: Footer | None = None
    action: ButtonAction


class Choices(_Strict):
    type: Literal["list"]
    header: TextHeader | None = None
    body: Body4096
    footer: Footer | None = None
    action: ListAction


class Url(_Strict):
    type: Literal["cta_url"]
    header: Header | None = None
    body: Body1024
    footer: Footer | None = None
    action: UrlAction


class ContactRequest(_Strict):
    type: Literal["request_contact_info"]
    body: Body1024
    action: ContactAction


class LocationRequest(_Strict):
    type: Literal["location_request_message"]
    body: Body1024
    action: LocationAction


class Reaction(_Strict):
    message_id: str
    emoji: str


class Language(_Strict):
    code: str
    policy: Literal["deterministic"] = "deterministic"


class Parameter(_Strict):
    """What fills one place of a template: a text, a payload, or a file."""

    type: str
    parameter_name: str | None = None
    text: str | None = None
    payload: str | None = None
    image: Media | None = None
    video: Media | None = None
    document: DocumentMedia | None = None


class Component(_Strict):
    """The parameters of a template's header, body or one button."""

    type: str
    sub_type: str | None = None
    index: str | int | None = None
    parameters: list[Parameter] = []


class Template(_Strict):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,512}$")]
    language: Language
    components: list[Component] = []


class Context(_Strict):
    message_id: str


class _Message(_Strict):
    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: str | None = None
    recipient: str | None = None
    context: Context | None = None
    biz_opaque_callback_data: Annotated[str, StringConstraints(max_length=512)] | None = None


class TextMessage(_Message):
    type: Literal["text"]
    text: TextBody


class InteractiveMessage(_Message):
    type: Literal["interactive"]
    interactive: Annotated[
        Buttons | Choices | Url | ContactRequest | LocationRequest, Field(discriminator="type")
    ]


class DocumentMessage(_Message):
    type: Literal["document"]
    document: DocumentMedia


class ImageMessage(_Message):
    type: Literal["image"]
    image: CaptionedMedia


class VideoMessage(_Message):
    type: Literal["video"]
    video: CaptionedMedia


class AudioMessage(_Message):
    type: Literal["audio"]
    audio: AudioMedia


class StickerMessage(_Message):
    type: Literal["sticker"]
    sticker: Media


class ReactionMessage(_Message):
    type: Literal["reaction"]
    reaction: Reaction


class TemplateMessage(_Message):
    type: Literal["template"]
    template: Template


class Typing(_Strict):
    type: Literal["text"]


class ReadMark(_Strict):
    """The business has read up to this message, and perhaps is typing an answer."""

    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: str
    typing_indicator: Typing | None = None


Message = (
    TextMessage
    | InteractiveMessage
    | DocumentMessage
    | ImageMessage
    | VideoMessage
    | AudioMessage
    | StickerMessage
    | ReactionMessage
    | TemplateMessage
)


def _unique(values: list[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise PydanticCustomError("duplicate", "Duplicated {what}", {"what": what})
