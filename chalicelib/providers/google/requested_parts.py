"""The parts of a person that we request: those that are converted, and no others, which take nearly half of a page.

Google sends most values with ids, formatted copies and the times of changes. With less of them, a page is downloaded,
parsed and hashed faster, and a record that differs only in these is known to be unchanged.
"""

_PRIORITY = "metadata(primary,source/type)"  # which entry of a list is preferred
_LABEL = "type,formattedType"

#: All fields but ageRanges and coverPhotos, which belong to profiles, each with its parts.
_PARTS = {
    "names": "honorificPrefix,givenName,middleName,familyName,honorificSuffix,displayName,unstructuredName,"
    "phoneticHonorificPrefix,phoneticGivenName,phoneticMiddleName,phoneticFamilyName,phoneticHonorificSuffix,"
    f"phoneticFullName,{_PRIORITY}",
    "nicknames": f"value,type,{_PRIORITY}",
    "emailAddresses": f"value,displayName,{_LABEL}",
    "phoneNumbers": f"value,canonicalForm,{_LABEL}",
    "organizations": "name,phoneticName,department,title,type,jobDescription,location,domain,symbol,costCenter,"
    f"startDate,endDate,current,{_PRIORITY}",
    "addresses": "poBox,extendedAddress,streetAddress,city,region,postalCode,country,countryCode,formattedValue,"
    f"{_LABEL}",
    "birthdays": f"date,text,{_PRIORITY}",
    "biographies": f"value,contentType,{_PRIORITY}",
    "urls": f"value,{_LABEL}",
    "memberships": "contactGroupMembership/contactGroupResourceName",
    "photos": f"url,default,{_PRIORITY}",
    "metadata": "deleted,previousResourceNames,sources(type,id)",
    "events": f"date,{_LABEL}",
    "relations": f"person,{_LABEL}",
    "imClients": f"username,protocol,formattedProtocol,{_LABEL}",
    "sipAddresses": "value",
    "userDefined": "key,value",
    "clientData": "key,value",
    "calendarUrls": f"url,{_LABEL}",
    "externalIds": f"value,{_LABEL}",
    "miscKeywords": f"value,{_LABEL}",
    "occupations": "value",
    "interests": "value",
    "skills": "value",
    "genders": "value,formattedValue,addressMeAs",
    "locations": "value,buildingId,floor,floorSection,deskCode",
    "locales": "value",
}

#: The value of `personFields`. A sync token is valid only for the fields of its listing.
PERSON_FIELDS = ",".join(_PARTS)

#: The value of `fields`, by which all APIs of Google leave out the rest of a response.
PARTIAL_RESPONSE = "nextPageToken,nextSyncToken,totalPeople,totalItems,connections(resourceName,{})".format(
    ",".join(f"{name}({parts})" for name, parts in _PARTS.items())
)

#: The value of `readMask` for "Other contacts": all fields that Google offers of them.
OTHER_FIELDS = "emailAddresses,metadata,names,phoneNumbers,photos"

#: As `PARTIAL_RESPONSE`, of "Other contacts".
OTHER_RESPONSE = "nextPageToken,nextSyncToken,totalSize,otherContacts(resourceName,{})".format(
    ",".join(f"{name}({_PARTS[name]})" for name in OTHER_FIELDS.split(","))
)

#: As `PARTIAL_RESPONSE`, where only the ids of contacts and their labels are wanted, or their number.
MEMBERSHIPS = f"nextPageToken,totalPeople,totalItems,connections(resourceName,memberships({_PARTS['memberships']}))"
OTHER_IDS = "nextPageToken,totalSize,otherContacts(resourceName)"
