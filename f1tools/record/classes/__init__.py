"""Records of decisions about several classes or labels: a threshold for each label, or an offset for each class."""

from f1tools.record.classes.build import build_class_record, class_source
from f1tools.record.classes.model import ClassRecord, ClassSource

__all__ = ["ClassRecord", "ClassSource", "build_class_record", "class_source"]
