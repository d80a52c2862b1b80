from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from models import migrations
from models.tables import Base


def test_migrations_and_tables_agree(cluster):
    with cluster.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrated_database_is_at_the_head_and_migrating_again_changes_nothing(cluster):
    assert migrations.revision_of(cluster.engine) == migrations.head()
    assert migrations.migrate(cluster.engine) == migrations.head()


def test_every_version_can_be_taken_back(cluster):
    with cluster.engine.begin() as connection:
        config = migrations._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert migrations.revision_of(cluster.engine) is None
    migrations.migrate(cluster.engine)
    assert migrations.revision_of(cluster.engine) == migrations.head()
