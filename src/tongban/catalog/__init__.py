"""The list of services: published, immutable versions of this node's items and of other cities' (事项目录)."""
