"""Outbound messages of Salesforce."""

import pytest

from chalicelib.foundation.errors import InvalidInput
from chalicelib.ingest.soap import read_notifications

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>00D000000000001EAA</OrganizationId>
   <ActionId>04k000000000001AAA</ActionId>
   <SessionId>00D!a-session-that-is-secret</SessionId>
   <EnterpriseUrl>https://example.my.salesforce.com/services/Soap/c/60.0/00D</EnterpriseUrl>
   <PartnerUrl>https://example.my.salesforce.com/services/Soap/u/60.0/00D</PartnerUrl>
   <Notification>
    <Id>04l000000000001AAA</Id>
    <sObject xsi:type="sf:Contact" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>003000000000001AAA</sf:Id>
     <sf:Email>ada@example.com</sf:Email>
     <sf:FirstName>Ada &amp; co</sf:FirstName>
     <sf:Title xsi:nil="true"/>
    </sObject>
   </Notification>
   <Notification>
    <Id>04l000000000002AAA</Id>
    <sObject xsi:type="sf:Contact" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>003000000000002AAA</sf:Id>
    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>"""


def test_each_notification_is_a_record():
    first, second = read_notifications(MESSAGE.encode()).elements

    assert first.cells == {
        "notification_id": "04l000000000001AAA",
        "Id": "003000000000001AAA",
        "Email": "ada@example.com",
        "FirstName": "Ada & co",
        "Title": None,
    }
    assert second.cells == {"notification_id": "04l000000000002AAA", "Id": "003000000000002AAA"}


def test_the_session_is_nowhere():
    assert "secret" not in str(read_notifications(MESSAGE.encode()))


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "body",
    [
        MESSAGE.replace("<soapenv:Envelope", ENTITY + "<soapenv:Envelope", 1).replace("Ada &amp; co", "&b;"),
        MESSAGE.replace("<soapenv:Envelope", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><soapenv:Envelope', 1),
        MESSAGE.replace("http://soap.sforce.com/2005/09/outbound", "urn:other"),
        MESSAGE[:900],
        "<a>" * 100,
        "",
    ],
)
def test_anything_else_is_refused_before_an_entity_is_expanded(body):
    with pytest.raises(InvalidInput):
        read_notifications(body.encode())
