@echo off
rem Installs from this folder, without a network. A double click does.
setlocal
set "place=%LOCALAPPDATA%\Programs\show-and-tell"
set "start=%APPDATA%\Microsoft\Windows\Start Menu\Programs\Show and Tell.cmd"

for %%v in (3.12 3.11 3.10) do py -%%v -c "import sys; sys.exit(sys.maxsize < 2**32)" >nul 2>&1 && set "python=py -%%v" && goto found
python -c "import sys; sys.exit(sys.maxsize < 2**32 or not (3, 10) <= sys.version_info[:2] <= (3, 12))" >nul 2>&1 && set "python=python" && goto found
echo Python 3.10, 3.11 or 3.12 with 64 bits is missing: README.txt says where to get it.
goto failed

:found
%python% -c "import sys, sysconfig; sys.exit(sysconfig.get_platform() != 'win-amd64')" >nul 2>&1 || goto processor
if exist "%place%" if not exist "%place%\pyvenv.cfg" echo There is something else in "%place%" already. & goto failed
echo Installing Show ^& Tell into "%place%" ...
%python% -m venv --clear "%place%" || goto failed
"%place%\Scripts\python" -m pip install --disable-pip-version-check --quiet --no-index --find-links "%~dp0wheels" show-and-tell || goto failed
>"%start%" echo @"%%LOCALAPPDATA%%\Programs\show-and-tell\Scripts\show-and-tell.exe" %%* ^|^| pause
echo It is installed. To start it later: "Show and Tell" in the Start menu.
"%place%\Scripts\show-and-tell.exe" || pause
goto :eof

:processor
echo It can't be installed here: this folder is for a Python for x86-64. Windows 11 on ARM runs it, too: README.txt says where to get it.

:failed
echo Show ^& Tell is not installed. If an earlier one is running, stop it first.
pause
exit /b 1
