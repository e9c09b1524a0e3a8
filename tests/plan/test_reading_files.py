"""Files as they come (E26, E39, E40, E43): what is read, what is refused, and what `luoshi plan parse` says."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from docx import Document

from luoshi_tasks.plans.parsing.admission import ReadingLimits
from luoshi_tasks.plans.parsing.model import PlanUnreadable, SecrecyMark, TooLittleChinese, TooLong
from luoshi_tasks.plans.parsing.reader import read_plan_file

TEXT = "某市2026年工作方案\r\n(一)促进建设。\r\n1.推进甲工程。(牵头单位:市水利局,完成时限:6月底前)\r\n"


def word(*lines: str) -> bytes:
    """A Word document of these paragraphs."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(document) -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
    def test_is_read_in_utf8_and_gb18030(self, encoding):
        """E40: the byte-order mark goes, line ends stay."""
        assert read_plan_file(TEXT.encode(encoding), name="plan.txt") == TEXT

    def test_may_be_cut_inside_a_sign(self, read, quotes):
        """E6, E39: one broken sign is a finding, no reason to refuse."""
        text = read_plan_file((TEXT + "再").encode()[:-1], name="plan.txt")

        assert quotes(read(text), "mojibake") == ["\ufffd"]

    @pytest.mark.parametrize(
        "content",
        [b"%PDF-1.7 ", b"\xd0\xcf\x11\xe0\xa1\xb1", b"{\\rtf1 ", b"\x89PNG\r\n", b"\xff\xfe\x01\x00", b"MZ\x90\x00",
         b"<!DOCTYPE html><html>", b"  <html><body>", b"<?xml version='1.0'?>", bytes(range(256)) * 4],
    )  # fmt: skip
    def test_of_another_kind_is_refused(self, content):
        """E43: by content, whatever the name says."""
        with pytest.raises(PlanUnreadable):
            read_plan_file(content + TEXT.encode() * 3, name="plan.txt")

    def test_with_too_little_chinese_is_refused(self):
        """E39."""
        with pytest.raises(TooLittleChinese):
            read_plan_file(b"1. Build a bridge. (Lead: Water Bureau)\n", name="plan.txt")

    @pytest.mark.parametrize("content", [b"", b" \n\n "])
    def test_without_a_sign_is_refused(self, content):
        """E39."""
        with pytest.raises(TooLittleChinese):
            read_plan_file(content, name="plan.txt")

    def test_over_the_limits_is_refused(self):
        """E43: limits are the caller's settings."""
        limits = ReadingLimits(max_chars=20, max_bytes=1000, min_chinese_share=Decimal("0.3"))

        with pytest.raises(TooLong):
            read_plan_file(TEXT.encode(), name="plan.txt", limits=limits)
        with pytest.raises(TooLong):
            read_plan_file(TEXT.encode() * 20, name="plan.txt", limits=limits)


class TestSecrecy:
    @pytest.mark.parametrize(
        "text",
        [
            "机密★1年\n" + TEXT,
            "秘密★\n" + TEXT,
            "绝 密 ★ 长期\n" + TEXT,
            "000001\n机密\n" + TEXT,
            "机密*5年\n" + TEXT,
            "密级：秘密\n" + TEXT,
            "【机密】\n" + TEXT,
            "秘密关于开展工作的方案\n" + TEXT,
            "机密级\n" + TEXT,
            TEXT + "附件：秘密★3年\n",
        ],
    )
    def test_mark_is_refused(self, text):
        """Domain 6.6: no classified matter is kept here."""
        with pytest.raises(SecrecyMark):
            read_plan_file(text.encode(), name="plan.txt")

    @pytest.mark.parametrize(
        "words",
        [
            "做好保密工作。",
            "机密级电子政务内网建设由市委机要局负责。",
            "秘密战线同志座谈。",
            "保守国家秘密,维护安全。",
            "严格执行密级管理。",
            "密级：公开",
        ],
    )
    def test_words_are_no_mark(self, words):
        """Domain 6.6: ordinary words of secrecy work may be read."""
        assert read_plan_file((words + "\n" + TEXT).encode(), name="plan.txt")

    def test_mark_in_a_header_of_a_word_document_is_refused(self):
        """Domain 6.6."""
        document = Document()
        document.sections[0].header.paragraphs[0].text = "机密★1年"
        document.add_paragraph("1.推进甲工程。(市水利局负责)")

        with pytest.raises(SecrecyMark):
            read_plan_file(saved(document), name="plan.docx")


class TestWord:
    def test_paragraphs_are_read_as_lines(self, read):
        """E26."""
        text = read_plan_file(
            word("工作方案", "（一）促进建设", "1．推进甲工程。（市水利局牵头，市公路局配合）"), name="p.docx"
        )

        (task,) = read(text).tasks
        assert (task.title, task.lead, task.responsible, task.area_no) == (
            "推进甲工程",
            ("市水利局",),
            ("市公路局",),
            1,
        )

    def test_table_is_read_by_its_header(self, read):
        """E26: columns say what a cell means; a merged cell counts for all its rows."""
        document = Document()
        document.add_paragraph("某市2026年重点任务清单")
        table = document.add_table(rows=4, cols=6)
        rows = [
            ["序号", "领域", "重点任务", "牵头单位", "责任单位", "完成时限"],
            ["1", "项目建设", "推进甲工程建设", "市水利局", "市财政局、市公路局", "6月底前"],
            ["2", "", "推进乙工程建设", "市公路局", "各区(市)政府", "年底前"],
            ["3", "民生", "办好实事10件", "市民政局", "", "长期"],
        ]
        for row, words in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, words, strict=True):
                cell.text = text
        table.cell(1, 1).merge(table.cell(2, 1))

        plan = read(read_plan_file(saved(document), name="plan.docx"))

        assert [area.title for area in plan.areas] == ["项目建设", "民生"]
        assert [
            (task.no, task.area_no, task.title, task.lead, task.responsible, task.deadline) for task in plan.tasks
        ] == [
            (1, 1, "推进甲工程建设", ("市水利局",), ("市财政局", "市公路局"), date(2026, 6, 30)),
            (2, 1, "推进乙工程建设", ("市公路局",), ("各区(市)政府",), date(2026, 12, 31)),
            (3, 2, "办好实事10件", ("市民政局",), (), None),
        ]
        assert [(one.value, one.measure) for one in plan.tasks[2].indicators] == [("10", "件")]

    def test_automatic_numbers_are_counted(self, read):
        """E9: Word keeps the numbers of a list out of the text."""
        document = Document()
        document.add_paragraph("工作方案")
        for line in ("推进甲工程。(市水利局负责)", "推进乙工程。(市公路局负责)"):
            document.add_paragraph(line, style="List Number")

        plan = read(read_plan_file(saved(document), name="plan.docx"))

        assert [(task.no, task.title) for task in plan.tasks] == [(1, "推进甲工程"), (2, "推进乙工程")]

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (TEXT.encode(), "plan.docx"),
            (word("1.推进甲工程。"), "plan.txt"),
            (word("1.推进甲工程。")[:300], "plan.docx"),
            (b"PK\x03\x04 broken", "plan.docx"),
        ],
        ids=["text as docx", "docx as text", "cut", "broken"],
    )
    def test_of_another_kind_than_its_name_is_refused(self, content, name):
        """E43."""
        with pytest.raises(PlanUnreadable):
            read_plan_file(content, name=name)

    def test_archive_of_something_else_is_refused(self):
        """E43."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")

        with pytest.raises(PlanUnreadable):
            read_plan_file(content.getvalue(), name="plan.docx")

    def test_that_unpacks_to_too_much_is_refused(self):
        """E43."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", b"0" * 5_000_000)

        with pytest.raises(TooLong):
            read_plan_file(content.getvalue(), name="plan.docx", limits=ReadingLimits(max_unpacked_bytes=1_000_000))


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    """`luoshi plan …` as a process of its own."""
    code = "import sys; from luoshi.plan import app; app(sys.argv[1:], prog_name='luoshi plan')"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False)


class TestCommand:
    def test_writes_the_fixed_form_as_utf8_and_nothing_else(self, tmp_path):
        """R15: stdout JSON only."""
        file = tmp_path / "方案.txt"
        file.write_bytes(TEXT.encode("gb18030"))

        done = run("parse", str(file), "--json")

        assert (done.returncode, done.stderr) == (0, b"")
        plan = json.loads(done.stdout.decode("utf-8"))
        assert list(plan) == ["title", "year", "areas", "tasks", "findings"]
        assert plan["areas"] == [{"no": 1, "title": "促进建设"}]
        assert plan["tasks"] == [
            {
                "no": 1,
                "area_no": 1,
                "title": "推进甲工程",
                "text": "推进甲工程。(牵头单位:市水利局,完成时限:6月底前)",
                "lead": ["市水利局"],
                "responsible": [],
                "leaders": [],
                "deadline": "2026-06-30",
                "indicators": [],
            }
        ]
        assert plan["findings"] == [
            {
                "code": "no_leader",
                "level": "warning",
                "message": "没有写明牵头领导，下达前须补上。",
                "offset": TEXT.index("1."),
                "quote": "1.推进甲工程",
                "task_no": 1,
                "fix": None,
            }
        ]

    def test_takes_the_year_of_the_operator(self, tmp_path):
        """E49."""
        file = tmp_path / "plan.txt"
        file.write_text(TEXT, encoding="utf-8", newline="")

        done = run("parse", str(file), "--json", "--year", "2027")

        plan = json.loads(done.stdout)
        assert (plan["year"], plan["tasks"][0]["deadline"]) == (2027, "2027-06-30")

    @pytest.mark.parametrize(
        "content",
        ["今天天气很好，大家去公园走了走。", "1. Build a bridge.", "机密★1年\n" + TEXT, None],
        ids=["no task", "too little Chinese", "secrecy mark", "no file"],
    )
    def test_refuses_with_one_line(self, tmp_path, content):
        """Issue 3: exit 2, one line on stderr, nothing on stdout."""
        file = tmp_path / "plan.txt"
        if content is not None:
            file.write_text(content, encoding="utf-8")

        done = run("parse", str(file), "--json")

        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode("utf-8").count("\n") == 1

    def test_is_told_in_words_without_the_option(self, tmp_path):
        """R15: a person reads the same in lines."""
        file = tmp_path / "plan.txt"
        file.write_text(TEXT, encoding="utf-8")

        done = run("parse", str(file))

        assert done.returncode == 0
        assert "推进甲工程｜牵头：市水利局" in done.stdout.decode("utf-8")

    def test_starts_without_the_weight_of_a_service(self):
        """Reading a plan needs no database, no web framework, no bus."""
        code = (
            "import sys, luoshi.plan, luoshi_tasks.plans.parsing.parse, luoshi_tasks.plans.parsing.reader;"
            "print([name for name in ('sqlalchemy', 'fastapi', 'nats', 'pydantic', 'docx') if name in sys.modules])"
        )

        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

        assert done.stdout.strip() == b"[]"
