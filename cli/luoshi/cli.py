"""`luoshi`: the command line. Answers go to stdout, everything else to stderr; a refusal is one line and exit 2."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from luoshi import plan

app = typer.Typer(help="落实：让定下的事真正办成。", no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(plan.app, name="plan")
bus = typer.Typer(help="消息总线：第三方订阅者。", no_args_is_help=True)
relay = typer.Typer(help="中继：重新发布已提交的事件。", no_args_is_help=True)
app.add_typer(bus, name="bus")
app.add_typer(relay, name="relay")
parked = typer.Typer(help="搁置消息：消费者处理不了的事实。", no_args_is_help=True)
app.add_typer(parked, name="parked")

PORT = 8600

Folder = Annotated[Path | None, typer.Option("--data", help="数据目录；默认取环境变量 LUOSHI_DATA，否则为 ./data。")]


def main() -> None:
    """Entry point."""
    app()


def refuse(message: str) -> NoReturn:
    """Say one line and leave with 2."""
    sys.stderr.write(" ".join(message.split()) + "\n")
    raise typer.Exit(2)


@app.command()
def up(
    data: Folder = None,
    port: Annotated[int, typer.Option("--port", help="挂图作战板的端口。", min=1, max=65535)] = PORT,
    story: Annotated[bool, typer.Option(help="首次启动时演示一段业务。")] = True,
) -> None:
    """启动一座城市：数据库、消息总线、全部服务、控制台和演示数据。"""
    from luoshi.embedded.engine import EngineFailed
    from luoshi.place import default_folder
    from luoshi.up import up as start

    try:
        start(folder=data or default_folder(), port=port, story=story)
    except EngineFailed as failed:
        refuse(str(failed))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None  # Ctrl-C is how one stops it.


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help="directory、tasks、scoring、notify 或 console。")],
    host: Annotated[str, typer.Option("--host", help="监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="监听端口。", min=1, max=65535)] = 8000,
) -> None:
    """在外部数据库和消息总线上运行一个服务（设置取自环境变量 LUOSHI_*）。"""
    from luoshi.serve import ServeFailed, serve_service

    try:
        serve_service(service, host=host, port=port)
    except ServeFailed as failed:
        refuse(str(failed))


@app.command()
def migrate(service: Annotated[str, typer.Argument(help="服务名。")]) -> None:
    """把一个服务的数据表升级到最新版本。"""
    from luoshi.serve import ServeFailed, migrate_service

    try:
        asyncio.run(migrate_service(service))
    except ServeFailed as failed:
        refuse(str(failed))


@app.command("verify-audit")
def verify_audit(
    data: Folder = None,
    as_data: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用。")] = False,
) -> None:
    """核验全部审计链：被改动、删除、调换或截断的记录都会指出；有问题时退出码为 1。"""
    from luoshi.embedded.engine import EngineFailed
    from luoshi.operate import verify_everything

    try:
        sound = asyncio.run(verify_everything(data, as_data=as_data))
    except EngineFailed as failed:
        refuse(str(failed))
    raise typer.Exit(0 if sound else 1)


Service = Annotated[str, typer.Option("--service", help="directory、tasks、scoring 或 notify。")]
Person = Annotated[str, typer.Option("--as", help="以城市资料中哪位系统管理员的名义办理。")]


@parked.command("list")
def list_parked(service: Service, data: Folder = None, person: Person = "operator") -> None:
    """列出搁置的消息：哪一条、哪个消费者、为什么。"""
    _act(data, person, service, "list", None)


@parked.command("retry")
def retry_parked(
    message: Annotated[str, typer.Argument(help="搁置消息的编号。")],
    service: Service,
    data: Folder = None,
    person: Person = "operator",
) -> None:
    """把一条搁置的消息再交给它的消费者；仍不能处理时说明原因。"""
    _act(data, person, service, "retry", message)


@parked.command("discard")
def discard_parked(
    message: Annotated[str, typer.Argument(help="搁置消息的编号。")],
    service: Service,
    data: Folder = None,
    person: Person = "operator",
) -> None:
    """放弃一条搁置的消息；审计记录会留下是谁放弃的。"""
    _act(data, person, service, "discard", message)


def _act(data: Path | None, person: str, service: str, verb: str, message: str | None) -> None:
    from luoshi.embedded.engine import EngineFailed
    from luoshi.parked import act

    try:
        asyncio.run(act(data, person=person, service=service, verb=verb, message=message))
    except EngineFailed as failed:
        refuse(str(failed))


@bus.command("add-subscriber")
def add_subscriber(
    name: Annotated[str, typer.Argument(help="订阅者名称：小写字母、数字和连字符。")],
    data: Folder = None,
) -> None:
    """给第三方一个只读凭据：打印总线地址、nkey 和为它建立的消费者；密钥只显示这一次。"""
    from luoshi.embedded.engine import EngineFailed
    from luoshi.operate import add_third_party

    try:
        asyncio.run(add_third_party(data, name=name))
    except EngineFailed as failed:
        refuse(str(failed))


@relay.command("republish")
def republish(
    since: Annotated[str, typer.Option("--since", help="从这一时刻（ISO 8601，含时区）起提交的事件重新发布。")],
    data: Folder = None,
) -> None:
    """消息流受损后，把发件箱中的事件重新发布；消费者按收件箱去重，不会重复计算。"""
    from luoshi.embedded.engine import EngineFailed
    from luoshi.operate import republish_everything

    try:
        asyncio.run(republish_everything(data, since=since))
    except EngineFailed as failed:
        refuse(str(failed))
