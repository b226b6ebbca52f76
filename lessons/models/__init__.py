"""Drafts (Course, Lesson, Section, Source and the image library) and what is published of them (Edition)."""

from lessons.models.adaptation import Adaptation
from lessons.models.catalogue import Course
from lessons.models.edition import CurrentEdition, Edition, EditionAsset, EditionFace, EditionSource, Publication
from lessons.models.erratum import Erratum, ErratumEdition
from lessons.models.indexed import IndexedEdition, IndexedPassage
from lessons.models.lesson import DraftSource, Lesson, Section
from lessons.models.media import Asset, AssetSize, CuratedImage, CuratedRendition
from lessons.models.reference import Event, GlossaryTerm, Person, Rubric
from lessons.models.source import Source

__all__ = [
    "Adaptation",
    "Asset",
    "AssetSize",
    "Course",
    "CuratedImage",
    "CuratedRendition",
    "CurrentEdition",
    "DraftSource",
    "Edition",
    "EditionAsset",
    "EditionFace",
    "EditionSource",
    "Erratum",
    "ErratumEdition",
    "Event",
    "GlossaryTerm",
    "IndexedEdition",
    "IndexedPassage",
    "Lesson",
    "Person",
    "Publication",
    "Rubric",
    "Section",
    "Source",
]
