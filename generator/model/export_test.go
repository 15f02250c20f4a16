package model

var (
	GoName      = goName
	FieldName   = fieldName
	TypeName    = typeName
	EnumName    = enumName
	PackageName = packageName
	FileName    = fileName
	Article     = article
	Singular    = singular
)
