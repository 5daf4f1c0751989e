"""Settings: all faults at once, a secret of its own."""

import stat

import pytest

from app.config import Config, ConfigError


def test_an_empty_environment_is_a_working_site(tmp_path):
    config = Config.from_env({"XUETAN_DATA": str(tmp_path)})
    assert config.database_url == f"sqlite:///{tmp_path / 'xuetan.sqlite3'}"
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert Config.from_env({"XUETAN_DATA": str(tmp_path)}).secret_key == config.secret_key


def test_every_fault_is_named_at_once(tmp_path):
    (tmp_path / "xuetan.toml").write_text('colour = "red"\nlocale = "fr"\n')
    with pytest.raises(ConfigError) as caught:
        Config.from_env(
            {
                "XUETAN_DATA": str(tmp_path),
                "XUETAN_DATABASE_URL": "mysql://x",
                "XUETAN_TRUSTED_PROXIES": "many",
                "XUETAN_SECRET_KEY": "short",
                "XUETAN_TIME_ZONE": "Moon/Sea",
                "XUETAN_NONSENSE": "1",
            }
        )
    named = "\n".join(caught.value.faults)
    for part in ("colour", "LOCALE", "DATABASE_URL", "TRUSTED_PROXIES", "SECRET_KEY", "TIME_ZONE", "NONSENSE"):
        assert part in named


def test_the_file_gives_way_to_the_environment(tmp_path):
    (tmp_path / "xuetan.toml").write_text('sign_up = "approval"\nmax_upload_mib = 5\n')
    config = Config.from_env({"XUETAN_DATA": str(tmp_path), "XUETAN_SIGN_UP": "invitation"})
    assert (config.sign_up, config.max_upload_mib) == ("invitation", 5)


def test_links_lead_to_where_the_server_listens_unless_an_address_is_set(tmp_path, monkeypatch):
    from app.commands import _reached_at

    monkeypatch.setenv("XUETAN_DATA", str(tmp_path))
    monkeypatch.delenv("XUETAN_TEST_DATABASE", raising=False)
    monkeypatch.setenv("XUETAN_BASE_URL", "")
    assert _reached_at("127.0.0.1", 8132).base_url == "http://127.0.0.1:8132"
    monkeypatch.setenv("XUETAN_BASE_URL", "https://study.example.org")
    assert _reached_at("127.0.0.1", 8132).base_url == "https://study.example.org"
