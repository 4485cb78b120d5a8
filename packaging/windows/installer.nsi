; The Windows installer, for one person and without administrator's rights.  Made by packaging/windows/installer.py:
;   makensis -DVERSION=0.1.0 -DVERSION4=0.1.0.0 -DFOLDER=dist\resnet-gui -DTYPES=types.nsh -DOUT=setup.exe installer.nsi
; TYPES is written from packaging/file_types.py.  Nothing is associated by force: the program is offered under
; "Open with", and what opens a picture by default stays as it was.

Unicode true
!include MUI2.nsh
!include FileFunc.nsh

!define NAME "resnet-gui"
!define PUBLISHER "The resnet-gui authors"
!define CLASSES "Software\Classes"
!define APPLICATION "${CLASSES}\Applications\resnet-gui.exe"
!define PROGID "resnet-gui.file"
!define CAPABILITIES "Software\resnet-gui\Capabilities"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\resnet-gui"

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\resnet-gui"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
RequestExecutionLevel user
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS Win10
CRCCheck force
BrandingText "${NAME} ${VERSION}"

VIProductVersion "${VERSION4}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME}: installer"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "Copyright (c) 2026 The resnet-gui authors. MIT License."

!define MUI_ICON "resnet-gui.ico"
!define MUI_UNICON "resnet-gui.ico"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\resnet-gui.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; OfferType and UnofferType, one call for each file extension, with the macros below.
!macro OfferType EXTENSION
  WriteRegStr HKCU "${APPLICATION}\SupportedTypes" ".${EXTENSION}" ""
  WriteRegStr HKCU "${CAPABILITIES}\FileAssociations" ".${EXTENSION}" "${PROGID}"
  WriteRegNone HKCU "${CLASSES}\.${EXTENSION}\OpenWithProgids" "${PROGID}"
!macroend
!macro UnofferType EXTENSION
  DeleteRegValue HKCU "${CLASSES}\.${EXTENSION}\OpenWithProgids" "${PROGID}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.${EXTENSION}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.${EXTENSION}"
!macroend
!include "${TYPES}"

; Explorer shows what is new at once.
!macro TellExplorer
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

; A program that is open keeps its files locked: half of them would be new and half old.
!macro WaitUntilClosed PREFIX
  ${PREFIX}again:
  IfFileExists "$INSTDIR\resnet-gui.exe" 0 ${PREFIX}closed
  ClearErrors
  FileOpen $0 "$INSTDIR\resnet-gui.exe" a
  IfErrors 0 ${PREFIX}free
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "resnet-gui is open. Close it, then press Retry." /SD IDCANCEL IDRETRY ${PREFIX}again
  Abort "resnet-gui is open; nothing was changed."
  ${PREFIX}free:
  FileClose $0
  ${PREFIX}closed:
!macroend

; Exactly what an installation puts there.  Never the whole folder: somebody may have chosen one that holds other things.
!macro DeleteProgram
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licenses"
  Delete "$INSTDIR\NOTICES.txt"
  Delete "$INSTDIR\resnet-gui.exe"
  Delete "$INSTDIR\resnet-gui-cli.exe"
!macroend

Section "resnet-gui" SectionProgram
  SectionIn RO
  SetShellVarContext current
  !insertmacro WaitUntilClosed install_
  !insertmacro DeleteProgram
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}${SLASH}*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\resnet-gui.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

Section "Start menu" SectionStartMenu
  SetShellVarContext current
  CreateShortcut "$SMPROGRAMS\resnet-gui.lnk" "$INSTDIR\resnet-gui.exe"
SectionEnd

Section /o "Desktop icon" SectionDesktop
  SetShellVarContext current
  CreateShortcut "$DESKTOP\resnet-gui.lnk" "$INSTDIR\resnet-gui.exe"
SectionEnd

Section "Offer it under $\"Open with$\"" SectionOpenWith
  WriteRegStr HKCU "${CLASSES}\${PROGID}" "" "resnet-gui"
  WriteRegStr HKCU "${CLASSES}\${PROGID}\DefaultIcon" "" "$INSTDIR\resnet-gui.exe,0"
  WriteRegStr HKCU "${CLASSES}\${PROGID}\shell\open\command" "" '"$INSTDIR\resnet-gui.exe" "%1"'
  WriteRegStr HKCU "${APPLICATION}" "FriendlyAppName" "resnet-gui"
  WriteRegStr HKCU "${APPLICATION}\shell\open\command" "" '"$INSTDIR\resnet-gui.exe" "%1"'
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationName" "resnet-gui"
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationDescription" "See what a ResNet sees, in one picture or in a hundred thousand"
  WriteRegStr HKCU "Software\RegisteredApplications" "resnet-gui" "${CAPABILITIES}"
  !insertmacro EachType OfferType
  !insertmacro TellExplorer
SectionEnd

Section /o "A folder's menu: $\"Label with resnet-gui$\"" SectionFolder
  WriteRegStr HKCU "${CLASSES}\Directory\shell\resnet-gui" "" "Label with resnet-gui"
  WriteRegStr HKCU "${CLASSES}\Directory\shell\resnet-gui" "Icon" "$INSTDIR\resnet-gui.exe,0"
  WriteRegStr HKCU "${CLASSES}\Directory\shell\resnet-gui\command" "" '"$INSTDIR\resnet-gui.exe" "%1"'
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "The window, the command line and the built-in network."
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionStartMenu} "An entry in the Start menu."
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionDesktop} "An icon to drop pictures, folders and networks on."
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionOpenWith} "For pictures and weight files. What opens them by default stays as it is."
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionFolder} "Under the right mouse button, for every folder."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Runs, settings and downloaded weights (%LOCALAPPDATA%\resnet-gui) stay: they are the person's, not the program's.
Section "Uninstall"
  SetShellVarContext current
  !insertmacro WaitUntilClosed uninstall_
  !insertmacro EachType UnofferType
  DeleteRegKey HKCU "${APPLICATION}"
  DeleteRegKey HKCU "${CLASSES}\${PROGID}"
  DeleteRegKey HKCU "${CLASSES}\Directory\shell\resnet-gui"
  DeleteRegValue HKCU "Software\RegisteredApplications" "resnet-gui"
  DeleteRegKey HKCU "${CAPABILITIES}"
  DeleteRegKey /ifempty HKCU "Software\resnet-gui"
  DeleteRegKey HKCU "${UNINSTALL}"
  Delete "$SMPROGRAMS\resnet-gui.lnk"
  Delete "$DESKTOP\resnet-gui.lnk"
  !insertmacro DeleteProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  !insertmacro TellExplorer
SectionEnd
